// Options of support vector machine heads.
#pragma once

#include "inkling/config/plugin.h"

namespace inkling::svm {

inline constexpr PluginInfo kInfo = {
    "svm",
    "an encoder in whose space a support vector machine on a few examples separates the classes",
    "new classes at test time, several examples a class, some of them misleading",
    "Lee et al. 2019 (MetaOptNet-SVM)",
    "closed form, class-equivariant",
};

struct Options {
  double penalty = 0.1;
  double logit_scale = 1;

  template <class Visitor>
  void fields(Visitor& field) {
    field("penalty", penalty, "C: the most that one example may weigh", between(1e-12, 1e12),
          Differentiable{Bijection::log, 1e-6, 1e6});
    field("logit-scale", logit_scale, "factor of the scores, learned from there", positive(),
          Differentiable{Bijection::log, 1e-4, 1e4});
  }
};

}  // namespace inkling::svm
