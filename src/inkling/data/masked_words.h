// Tasks from texts without labels: which word was masked (SMLMT, Bansal et al. 2020).
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "inkling/base/rng.h"
#include "inkling/data/dataset.h"
#include "inkling/text/text_options.h"

namespace inkling {

struct MaskedWords {
  std::int64_t words = 1000;  ///< classes, at most
  std::int64_t texts = 100;   ///< sentences of a word, at most
  std::int64_t least = 20;    ///< sentences of a word: one with fewer is no class
};

/// Stands for the masked word.
inline constexpr const char* kMask = "\u25a1";

/// A labelled example a sentence: its words with one of them masked wherever it stands, labelled by
/// that word. The words are drawn by `key` from those that stand in `wanted.least` sentences at
/// least and at most in one of fifty or in four times as many: a word that is everywhere says
/// nothing. A sentence gives one example, so that none is under two labels; one that comes twice
/// counts once. Sentences of under five words, or of over 64, are left out.
/// @throws Error data where fewer than two words can be classes
Dataset masked_words(std::span<const std::string> texts, const TextOptions& text,
                     const MaskedWords& wanted, Key key);

}  // namespace inkling
