// Batches whose units are the words of sentences (EncoderInput::tokens).
#pragma once

#include "inkling/nn/batch.h"

namespace inkling {

/// Each word as a text of its own, of weight 1: what a bag of it sums.
Batch words_as_texts(const Batch& sentences);

/// Windows of `width` neighbouring words of a sentence side by side, zeros beyond its ends.
///
/// @param x        [E, T, D], of the T words of all sentences
/// @param offsets  int64 [sentences + 1], rising from 0 to T
/// @return         [E, T, width * D]; word i holds i - (width - 1) / 2 first
Tensor word_windows(const Tensor& x, const Tensor& offsets, std::int64_t width);

}  // namespace inkling
