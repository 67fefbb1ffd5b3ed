// Small parts that methods share: what of the parameters is the encoder's, and which examples are
// of a class.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "inkling/nn/network.h"

namespace inkling {

/// The entries of the encoder: a method that has a head of its own wants no more of the model.
Params encoder_part(const Params& params);

/// The type and device of a method's own numbers beside these parameters; float64 where there are
/// none.
at::TensorOptions number_options(const Params& params);

/// `first` with the logarithms of those of these hyperparameters that are there, as the parameters
/// named beside them.
Params with_logs(const Params& first, const Hyper& hyper,
                 const std::vector<std::pair<std::string, std::string>>& parameters);

/// 1 where example s is of class c, else 0. @param classes int64 [.., S] @return [.., S, C]
Tensor members(const Tensor& classes, std::int64_t count, at::ScalarType dtype);

}  // namespace inkling
