// Options of CAVIA.
#pragma once

#include "inkling/methods/fitting_options.h"

namespace inkling::cavia {

inline constexpr PluginInfo kInfo = {
    "cavia",
    "one model for all tasks and a few context numbers, which are all that the support moves",
    "tasks differ in few ways, supports are small and overfit, or many tasks are to be kept at "
    "once",
    "Zintgraf et al. 2019",
    "inner loop, second order, zero shot, regression",
};

struct Options : FittingOptions, FirstOrderOption {
  std::int64_t context = 16;

  Options() {
    inner_steps = 2;
    inner_learning_rate = 1;
  }

  template <class Visitor>
  void fields(Visitor& field) {
    inner_fields(field);
    field("context", context, "context numbers of a task", between(1, 1000000));
    first_order_field(field);
  }
};

}  // namespace inkling::cavia
