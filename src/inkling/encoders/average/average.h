// The weighted mean of word vectors.
#pragma once

#include <memory>

#include "inkling/encoders/average/options.h"
#include "inkling/encoders/encoder.h"

namespace inkling::average {

/// Features [E, U, dimensions]: sum_w weight(w) v_w / sum_w weight(w) over the real tokens of a
/// text; padding never enters.
/// @throws Error usage where the task has no text
std::unique_ptr<Encoder> make(const Options& options, const EncoderInput& input);

}  // namespace inkling::average
