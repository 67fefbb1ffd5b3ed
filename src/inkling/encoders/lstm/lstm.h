// A bidirectional LSTM with attention.
#pragma once

#include <memory>

#include "inkling/encoders/encoder.h"
#include "inkling/encoders/lstm/options.h"

namespace inkling::lstm {

/// Features [E, U, 2 hidden]: sum over positions t of a_t h_t, h_t the states of both directions
/// (nn/lstm.h), a = softmax over t of v . tanh(h_t A + b). A text without words gives zeros.
/// @throws Error usage where the task has no text, or where ids are n-grams too
/// Source: Yang et al. 2016, eq. 5 to 7, of words.
std::unique_ptr<Encoder> make(const Options& options, const EncoderInput& input);

}  // namespace inkling::lstm
