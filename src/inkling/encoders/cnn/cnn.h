// Convolution over word vectors, ReLU, and the maximum over positions.
#pragma once

#include <memory>

#include "inkling/encoders/cnn/options.h"
#include "inkling/encoders/encoder.h"

namespace inkling::cnn {

/// Features [E, U, filters * widths]: max over positions i of relu(W [v_i-1; v_i; v_i+1] + b),
/// zeros beyond the text's ends. A text without words gives zeros. Of a pair, v has the vectors of
/// the distances to head and tail beside the word's, the maximum may be of three pieces each, and
/// the mentions may have filters of their own behind those of the widths.
/// @throws Error usage where the task has no text, where ids are n-grams too, or for a width that
/// is no number
std::unique_ptr<Encoder> make(const Options& options, const EncoderInput& input);

}  // namespace inkling::cnn
