#include "inkling/data/sentence_words.h"

#include <algorithm>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/data/structure.h"
#include "inkling/text/pair_text.h"

namespace inkling {

std::string_view text_at(const Example& example, const TextRange& range) {
  return std::string_view(example.text)
      .substr(static_cast<std::size_t>(range.begin),
              static_cast<std::size_t>(range.end - range.begin));
}

SentenceWords sentence_words(const Example& example) {
  SentenceWords sentence;
  for (const TextRange& token : example.tokens) {
    sentence.starts.push_back(std::ssize(sentence.words));
    const std::string_view whole = text_at(example, token);
    std::size_t at = 0;
    for (auto word = next_spaced(whole, at); !word.empty(); word = next_spaced(whole, at)) {
      sentence.words.emplace_back(word);
    }
  }
  sentence.starts.push_back(std::ssize(sentence.words));
  return sentence;
}

Span in_words(const Span& span, const SentenceWords& sentence, const Example& example,
              const char* field) {
  const Where where = {example.origin.file, example.origin.line, field};
  const auto tokens = std::ssize(sentence.starts) - 1;
  if (span.begin < 0 || span.end <= span.begin || span.end > tokens) {
    throw Error(
        ErrorKind::data,
        cat("a span is tokens ", span.begin, " to ", span.end, " of a sentence of ", tokens), where,
        "give it tokens of the sentence, the first of which is 0");
  }
  Span made = {sentence.starts[static_cast<std::size_t>(span.begin)],
               sentence.starts[static_cast<std::size_t>(span.end)], span.label};
  if (made.begin == made.end) {
    throw Error(ErrorKind::data, "a span is white space alone", where,
                "give it a token with a word");
  }
  return made;
}

std::int64_t flatten(std::vector<Span>& spans) {
  std::ranges::stable_sort(spans, [](const Span& a, const Span& b) {
    const auto size_a = a.end - a.begin;
    const auto size_b = b.end - b.begin;
    return size_a != size_b ? size_a > size_b : a.begin < b.begin;
  });
  std::vector<Span> kept;
  for (Span& span : spans) {
    const bool apart = std::ranges::all_of(
        kept, [&](const Span& other) { return overlap_of(span, other) == Overlap::none; });
    if (apart) kept.push_back(std::move(span));
  }
  std::ranges::sort(kept, {}, &Span::begin);
  const std::int64_t gone = std::ssize(spans) - std::ssize(kept);
  spans = std::move(kept);
  return gone;
}

Example example_of_words(const Example& from, const std::vector<std::string>& words) {
  Example example;
  for (const std::string& word : words) {
    if (!example.tokens.empty()) example.text += ' ';
    const auto begin = std::ssize(example.text);
    example.text += word;
    example.tokens.push_back({begin, std::ssize(example.text)});
  }
  example.weight = from.weight;
  example.attributes = from.attributes;
  example.metadata = from.metadata;
  example.origin = from.origin;
  return example;
}

}  // namespace inkling
