// Options of learning to reweight.
#pragma once

#include "inkling/methods/supervised/options.h"

namespace inkling::reweight {

inline constexpr PluginInfo kInfo = {
    "reweight",
    "one model on all examples, each weighed by whether it helps clean validation examples",
    "many labels are wrong or of little use, and a few hundred are known to be right",
    "Ren et al. 2018",
    "inner loop, zero shot, regression, clean examples",
};

struct Options : supervised::Options {
  std::int64_t clean_batch = 100;

  template <class Visitor>
  void fields(Visitor& field) {
    field("clean-batch", clean_batch, "validation examples that weigh a batch", between(1, 1e9));
    supervised::Options::fields(field);
  }
};

}  // namespace inkling::reweight
