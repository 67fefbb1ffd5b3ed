// A text of tokens: from words to a text with ranges and back, and from a text to tokens.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "inkling/base/error.h"
#include "inkling/data/example.h"
#include "inkling/formats/holding.h"

namespace inkling {

/// Sets text and tokens: the words with a space between two of them.
void set_words(Example& example, std::span<const std::string> words);

/// Where the words stand in `text`, one after the other with white space alone between them;
/// nothing where they do not.
std::optional<std::vector<TextRange>> locate_words(std::string_view text,
                                                   std::span<const std::string> words);

/// Sets the text, and the tokens where locate_words finds them.
/// @throws Error data at `where`, where it does not
void set_words(Example& example, std::span<const std::string> words, std::string text,
               const Where& where);

/// The text of each token. They lie within the text.
std::vector<std::string> token_texts(const Example& example);

/// True where the text is what set_words makes of its tokens.
bool is_spaced(const Example& example);

/// True where the text has to be written beside its tokens, since spaces between them do not make
/// it.
/// @throws cannot_hold, where locate_words would not find the tokens in it
bool stands_apart(const Held& held);

/// The words of `text` as words_of cuts it, and the bytes between them that are no white space as
/// tokens of their own. No token goes over one of the `borders` (bytes, between characters).
std::vector<TextRange> tokenise(std::string_view text, std::vector<std::int64_t> borders = {});

/// The places at which spans begin and end, for tokenise.
void add_borders(const Example& example, const Span& span, std::vector<std::int64_t>& borders);

/// The tokens that make up the bytes `range`, as a span.
/// @throws Error data at `where`, where it is empty, or does not begin and end as tokens do
Span span_in(const std::vector<TextRange>& tokens, TextRange range, std::string label,
             const Where& where);

}  // namespace inkling
