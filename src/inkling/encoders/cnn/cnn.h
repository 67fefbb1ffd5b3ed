// Convolution over word vectors, ReLU, and the maximum over positions.
#pragma once

#include <memory>

#include "inkling/encoders/cnn/options.h"
#include "inkling/encoders/encoder.h"

namespace inkling::cnn {

/// Features [E, U, filters * widths]: max over positions i of relu(W [v_i-1; v_i; v_i+1] + b),
/// zeros beyond the text's ends. A text without words gives zeros.
/// @throws Error usage where the task has no text, where ids are n-grams too, or for a width that
/// is no number
std::unique_ptr<Encoder> make(const Options& options, const EncoderInput& input);

}  // namespace inkling::cnn
