// Relations as labelled examples: one each, its label the type.
#pragma once

#include <cstdint>
#include <string>

#include "inkling/data/dataset.h"

namespace inkling {

/// Words of an example unless told otherwise.
inline constexpr std::int64_t kRelationWindow = 100;

/// Of each relation of `dataset` an example whose label is the relation's type (none where that is
/// ""), whose text is the sentence's words between spaces, tokens likewise, and whose relations are
/// that one alone. A word is a token, or a piece of one that holds white space; a blank token is
/// none. Attributes, metadata, weight and origin are the sentence's.
///
/// An example without relations whose text marks a pair (text/pair_text.h) is one relation, its
/// type the example's label. Other examples without relations are left out; how many is logged.
///
/// @param longest  words of an example, >= 4. Of a longer sentence those around head and tail are
///                 kept, or those of the first after its begin and of the second before its end
///                 where they are too far apart; how many sentences that cuts is a warning
/// @throws Error data with file and line, for a head or tail outside of the sentence or without a
/// word, and where no example holds a relation
Dataset relation_examples(const Dataset& dataset, std::int64_t longest = kRelationWindow);

/// The sentence that an example of one relation is of: all of it, where the example is cut from it.
const std::string& whole_sentence(const Example& example);

/// The text of an example that relation_examples gave, with marks around head and tail.
std::string pair_text_of(const Example& example);

}  // namespace inkling
