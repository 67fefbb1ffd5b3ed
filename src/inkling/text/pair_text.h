// A text that asks how two of its mentions stand to each other, as one line of words between
// spaces:
//
//   the <e1> bridge </e1> crosses the <e2> river </e2>
//
// The marks are those of SemEval-2010 task 8. Everything that takes a text takes such a one.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "inkling/base/error.h"
#include "inkling/text/token_table.h"

namespace inkling {

/// The next run of characters that are not ASCII white space, from `at` on, which is moved behind
/// it; empty at the end.
std::string_view next_spaced(std::string_view text, std::size_t& at);

/// <e1>, </e1>, <e2> or </e2>.
bool is_pair_mark(std::string_view word);

/// Whether all four marks stand in the text.
bool marks_pair(std::string_view text);

/// Where head and tail stand among the words of `text` that are no marks.
/// @param where  of the text, for the message
/// @throws Error data, unless each mark is there once and opens before it closes, with a word
/// between
PairMarks pair_marks(std::string_view text, const Where& where);

/// `words` with marks around head and tail. Words hold no white space and are no marks.
std::string pair_text(std::span<const std::string> words, const PairMarks& marks);

/// `text` without its marks; itself where it has none.
std::string without_pair_marks(std::string_view text);

}  // namespace inkling
