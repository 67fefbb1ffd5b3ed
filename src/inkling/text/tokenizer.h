// Text to words: Unicode word breaking (UAX 29), HTML line breaks as spaces, case folded by
// default.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "inkling/text/text_options.h"

namespace inkling {

/// The words of `text` in order, at most options.max_words_per_text of them.
///
/// Words are runs of letters and digits with the marks inside them, as UAX 29 has it: an apostrophe
/// between letters ("don't"), a point or comma between digits ("3.5", "1,000"), an underscore
/// between either. Full stops and colons join no letters ("end.Next" is three words), underscores
/// outside a word are marks: where the rules of UAX 29 differ they suit identifiers better than
/// reviews. Each other visible character is a word of its own: an ideograph, a mark, an emoji with
/// all that is joined to it. options.punctuation "drop" leaves out marks and symbols, but no emoji.
///
/// `<br>`, `<br />`, `</p>`, `<hr>` and their like are spaces, and so is invalid UTF-8.
///
/// Case folding is Unicode's full folding. Words that are not ASCII are in normal form C, without
/// invisible characters, and with a plain apostrophe for a typographic one, so that a word has one
/// spelling: words_of(word) == {word} for each word given.
std::vector<std::string> words_of(std::string_view text, const TextOptions& options);

}  // namespace inkling
