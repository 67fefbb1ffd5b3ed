// Fully connected layers over numbers.
#pragma once

#include <memory>

#include "inkling/encoders/dense/options.h"
#include "inkling/encoders/encoder.h"

namespace inkling::dense {

/// Features [E, U, hidden]: h_0 = x, h_l = activation(h_l-1 W_l + b_l).
/// @throws Error usage where the task's input is text
std::unique_ptr<Encoder> make(const Options& options, const EncoderInput& input);

}  // namespace inkling::dense
