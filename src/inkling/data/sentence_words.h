// The words of a sentence that has tokens, and spans of these words.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "inkling/data/example.h"

namespace inkling {

/// A sentence's words, and where each token begins among them. A word is a token, or a piece of one
/// that holds white space; a blank token is none.
struct SentenceWords {
  std::vector<std::string> words;
  std::vector<std::int64_t> starts;  ///< of each token, and the number of words
};

/// The bytes of a range of an example's text.
std::string_view text_at(const Example& example, const TextRange& range);

SentenceWords sentence_words(const Example& example);

/// The words that a span's tokens are.
/// @param field  of the example that has the span, for messages
/// @throws Error data with file and line, for a span outside of the sentence or without a word
Span in_words(const Span& span, const SentenceWords& sentence, const Example& example,
              const char* field);

/// Leaves spans that share no word, in order: of those that do the longest, the first of these.
/// @return how many are gone
std::int64_t flatten(std::vector<Span>& spans);

/// An example of these words, with spaces between, whose tokens they are. Attributes, metadata,
/// weight and origin are those of `from`.
Example example_of_words(const Example& from, const std::vector<std::string>& words);

}  // namespace inkling
