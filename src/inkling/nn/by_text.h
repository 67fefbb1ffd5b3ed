// Entries of texts laid end to end: text i is the entries offsets[i] .. offsets[i + 1].
#pragma once

#include "inkling/tensor/tensor.h"

namespace inkling {

/// The text of each entry.
/// @param offsets  int64 [texts + 1], rising from 0
/// @return         int64 [T]
Tensor text_of_entries(const Tensor& offsets, std::int64_t entries);

/// Softmax over the entries of each text.
/// @param logits   [T]
/// @param text     int64 [T], as text_of_entries
/// @param longest  entries of the longest text
/// @return         [T]
Tensor softmax_by_text(const Tensor& logits, const Tensor& offsets, const Tensor& text,
                       std::int64_t longest);

/// Sums over the entries of each text; zeros of a text without any.
/// @param values  [T, H]
/// @return        [texts, H]
Tensor sum_by_text(const Tensor& values, const Tensor& text, std::int64_t texts);

}  // namespace inkling
