// Predicates with their roles as labelled examples: a sentence of three predicates is three. As one
// line of words between spaces (data/span_text.h) the predicate is marked V, or with its sense:
//
//   [Ada](ARG0) [wrote](V:write.01) [the first program](ARG1)
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "inkling/data/dataset.h"

namespace inkling {

/// Whether a span's type says that it is the predicate: "V", "V:write.01".
bool marks_predicate(std::string_view type);

/// The one predicate among spans; null where there is none, or another one.
const Span* predicate_of(std::span<const Span> spans);

/// The predicate of a sense: "write" of "write.01".
std::string_view lemma_of(std::string_view sense);

/// Of each frame of `dataset`, and each type among its roles, an example: its label is the type,
/// its text the sentence's words between spaces (data/sentence_words.h), its tokens these words,
/// its frames that one alone, with roles that share no word with each other or with the predicate.
/// V and C-V are no roles. A frame without roles is one example with the label kOutside. Where the
/// frame has a sense, the attributes "sense" and "lemma" say so; other attributes, metadata, weight
/// and origin are the sentence's.
///
/// An example without frames whose text marks a predicate is one frame. Others are left out; how
/// many is logged. Of roles that share words the longest is kept, the first of those; how many are
/// not is a warning.
/// @throws Error data with file and line, for a predicate or role outside of the sentence or
/// without a word, frames without tokens, a text that marks two predicates, a role without a name
/// or called kOutside; and where no example has a predicate
Dataset role_examples(const Dataset& dataset);

/// Of each sentence an example whose spans are its predicates, each a V of one token, for
/// span_examples to read: what a tagger of predicates learns from.
/// @throws Error data with file and line, for a predicate outside of the sentence
Dataset predicate_spans(const Dataset& dataset);

/// The text of an example that role_examples gave, with predicate and roles marked.
std::string role_text_of(const Example& example);

}  // namespace inkling
