// Small learners and what their trainings leave, for the tests of this room.
#pragma once

#include <optional>

#include "inkling/tensor/test_help.h"
#include "inkling/train/learner.h"

namespace inkling::testing_help {

/// MAML on sine waves: a learner that needs no data.
inline Learner sine_learner(const ConfigValues& more = {}) {
  const ConfigValues values = {
      {"task", {{"name", "sinusoid"}}},
      {"encoder", {{"name", "dense"}, {"hidden", "6"}}},
      {"method", {{"name", "maml"}, {"inner-steps", "2"}, {"inner-learning-rate", "0.01"}}},
      {"episodes", {{"shots", "4"}, {"queries", "4"}}},
      {"train", {{"meta-batch", "4"}, {"dtype", "float64"}}}};
  return Learner(config_from_values(merged(values, more)), std::nullopt, {});
}

/// Whether both have the same names, types and bits.
inline bool same_bits(const Params& a, const Params& b) {
  if (a.names() != b.names()) return false;
  for (const auto& [name, value] : a) {
    if (value.scalar_type() != b.at(name).scalar_type() || !at::equal(value, b.at(name)))
      return false;
  }
  return true;
}

}  // namespace inkling::testing_help
