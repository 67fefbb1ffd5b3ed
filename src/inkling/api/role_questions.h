// Sentences whose predicates are found first: a question for each of them.
#pragma once

#include <string>
#include <vector>

#include "inkling/api/inkling.h"

namespace inkling {

/// Whether a text marks a predicate: She [gave](V) him a book.
bool asks_about_predicate(const std::string& text);

/// The text of each predicate that `found`, a detector's answer to `text`, has, which marks that
/// one alone.
std::vector<std::string> predicate_questions(const std::string& text, const Prediction& found);

/// Gives the spans of the answer to `question`, one of these texts, their bytes in `text`.
void move_into_text(Prediction& answer, const std::string& question, const std::string& text);

}  // namespace inkling
