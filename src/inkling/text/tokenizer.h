// Text to words: Unicode word breaking (UAX 29), HTML line breaks as spaces, case folded by default.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "inkling/text/text_options.h"

namespace inkling {

/// The words of `text` in order, at most options.max_words_per_text of them. Words are runs of letters, digits
/// and the marks inside them ("don't"); each other visible character is a word of its own, unless
/// options.punctuation is "drop". `<br>`, `<br />` and their like are spaces. Invalid UTF-8 is a space.
std::vector<std::string> words_of(std::string_view text, const TextOptions& options);

}  // namespace inkling
