// Sentences with spans as labelled examples: one of each type that a sentence has.
#pragma once

#include <string>

#include "inkling/data/dataset.h"

namespace inkling {

/// Of each sentence of `dataset`, and each type among its spans, an example: its label is the type,
/// its text the sentence's words between spaces, its tokens these words, and its spans all of the
/// sentence's. A sentence without spans is one example with the label kOutside. A word is a token,
/// or a piece of one that holds white space; a blank token is none, and a sentence without a word
/// is left out. An example without tokens is read as data/span_text.h says.
///
/// Of spans that share words the longest is kept, the first of those; how many are not is a
/// warning. Attributes, metadata, weight and origin are the sentence's.
/// @throws Error data with file and line, for a span outside of the sentence, without a word, or
/// whose type is "" or kOutside; and where no example has a span
Dataset span_examples(const Dataset& dataset);

/// The text of an example that span_examples gave, with its spans marked.
std::string span_text_of(const Example& example);

}  // namespace inkling
