// Options of methods that learn rates.
#pragma once

#include "inkling/config/plugin.h"

namespace inkling {

struct RateSpeedOption {
  double rate_speed = 1;

  template <class Visitor>
  void rate_speed_field(Visitor& field) {
    field("rate-speed", rate_speed,
          "times the outer learning rate at which learned rates move: a rate of 3 hardly gets "
          "anywhere by steps of 0.001",
          positive());
  }
};

}  // namespace inkling
