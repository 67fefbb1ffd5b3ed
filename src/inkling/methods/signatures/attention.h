// How much each word of a text matters to a task, told from two statistics of it.
#pragma once

#include "inkling/nn/network.h"

namespace inkling::signatures {

/// The numbers of the bidirectional LSTM and of the attention over its outputs, by name after
/// `prefix`: "input" [2, 2, 4 h], "recurrent" [2, h, 4 h], "gates" [2, 4 h] (both directions),
/// "attention" [2 h].
Params attention_init(Key key, std::int64_t hidden, const std::string& prefix,
                      at::TensorOptions options);

/// `batch` with the words of each text weighted anew: a softmax over the text's words of
/// a^T biLSTM(s, t), where of each word in its turn
///
///   s = rarity / (rarity + its frequency in meta-training)
///   t = 1 / H(softmax(v^T w)), v its vector and H the entropy
///
/// @param params  with the entries of attention_init under `prefix`
/// @param table   word vectors [R, H]
/// @param target  w [E, H, C]
/// @param rarity  a number
/// @throws Error internal, where the batch's words have no frequencies
/// Source: Bao et al. 2020, section 4.
Batch attended(const Params& params, const std::string& prefix, const Tensor& table,
               const Tensor& target, const Tensor& rarity, const Batch& batch);

}  // namespace inkling::signatures
