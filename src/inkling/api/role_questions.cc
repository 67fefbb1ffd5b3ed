#include "inkling/api/role_questions.h"

#include <algorithm>

#include "inkling/base/error.h"
#include "inkling/data/role_examples.h"
#include "inkling/data/span_text.h"

namespace inkling {
namespace {

/// The place of the word that begins, or ends, at a byte.
std::size_t word_at(const SpanText& read, std::int64_t byte, std::int64_t TextRange::* side) {
  const auto found = std::ranges::find(read.ranges, byte, side);
  if (found == read.ranges.end()) throw Error(ErrorKind::internal, "a span ends within a word");
  return static_cast<std::size_t>(found - read.ranges.begin());
}

}  // namespace

bool asks_about_predicate(const std::string& text) {
  const SpanText read = read_span_text(text);
  return std::ranges::any_of(read.spans, [](auto& span) { return marks_predicate(span.label); });
}

std::vector<std::string> predicate_questions(const std::string& text, const Prediction& found) {
  std::vector<std::string> questions;
  if (!found.spans) return questions;
  const SpanText read = read_span_text(text);
  for (const LabelledRange& range : *found.spans) {
    if (!marks_predicate(range.label)) continue;
    const auto word = static_cast<std::int64_t>(word_at(read, range.begin, &TextRange::begin));
    const Span predicate = {word, word + 1, range.label};
    questions.push_back(span_text(read.words, std::span(&predicate, 1)));
  }
  return questions;
}

void move_into_text(Prediction& answer, const std::string& question, const std::string& text) {
  if (!answer.spans) return;
  const SpanText asked = read_span_text(question);
  const SpanText read = read_span_text(text);
  for (LabelledRange& range : *answer.spans) {
    range.begin = read.ranges.at(word_at(asked, range.begin, &TextRange::begin)).begin;
    range.end = read.ranges.at(word_at(asked, range.end, &TextRange::end)).end;
  }
}

}  // namespace inkling
