#include "inkling/data/span_examples.h"

#include <algorithm>
#include <set>
#include <vector>

#include "inkling/base/error.h"
#include "inkling/base/progress.h"
#include "inkling/base/strings.h"
#include "inkling/data/span_text.h"
#include "inkling/data/structure.h"
#include "inkling/text/pair_text.h"

namespace inkling {
namespace {

struct Sentence {
  std::vector<std::string> words;
  std::vector<Span> spans;
};

std::string_view text_at(const Example& example, const TextRange& range) {
  return std::string_view(example.text)
      .substr(static_cast<std::size_t>(range.begin),
              static_cast<std::size_t>(range.end - range.begin));
}

/// The words that a span's tokens are.
/// @param starts  of each token among the words, and the number of words
Span in_words(const Span& span, const std::vector<std::int64_t>& starts, const Example& example) {
  const Where where = {example.origin.file, example.origin.line, "spans"};
  const auto tokens = std::ssize(starts) - 1;
  if (span.begin < 0 || span.end <= span.begin || span.end > tokens) {
    throw Error(
        ErrorKind::data,
        cat("a span is tokens ", span.begin, " to ", span.end, " of a sentence of ", tokens), where,
        "give it tokens of the sentence, the first of which is 0");
  }
  const Span made = {starts[static_cast<std::size_t>(span.begin)],
                     starts[static_cast<std::size_t>(span.end)], span.label};
  if (made.begin == made.end) {
    throw Error(ErrorKind::data, "a span is white space alone", where,
                "give it a token with a word");
  }
  return made;
}

Sentence sentence_of(const Example& example) {
  Sentence sentence;
  if (example.tokens.empty()) {
    SpanText read = read_span_text(example.text);
    sentence = {std::move(read.words), std::move(read.spans)};
  } else {
    std::vector<std::int64_t> starts;
    for (const TextRange& token : example.tokens) {
      starts.push_back(std::ssize(sentence.words));
      const std::string_view whole = text_at(example, token);
      std::size_t at = 0;
      for (auto word = next_spaced(whole, at); !word.empty(); word = next_spaced(whole, at)) {
        sentence.words.emplace_back(word);
      }
    }
    starts.push_back(std::ssize(sentence.words));
    for (const Span& span : example.spans)
      sentence.spans.push_back(in_words(span, starts, example));
  }
  for (const Span& span : sentence.spans) {
    if (!span.label.empty() && span.label != kOutside) continue;
    throw Error(ErrorKind::data, cat("a span has the type '", span.label, "'"),
                {example.origin.file, example.origin.line, "spans"},
                cat("give it another name; ", kOutside, " is what stands outside of every span"));
  }
  return sentence;
}

/// Leaves spans that share no word, in order. @return how many are gone
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

Example example_of(const Example& from, Sentence sentence) {
  Example example;
  for (const std::string& word : sentence.words) {
    if (!example.tokens.empty()) example.text += ' ';
    const auto begin = std::ssize(example.text);
    example.text += word;
    example.tokens.push_back({begin, std::ssize(example.text)});
  }
  example.spans = std::move(sentence.spans);
  example.weight = from.weight;
  example.attributes = from.attributes;
  example.metadata = from.metadata;
  example.origin = from.origin;
  return example;
}

}  // namespace

Dataset span_examples(const Dataset& dataset) {
  Dataset made;
  made.name = dataset.name;
  std::int64_t dropped = 0;
  bool spans = false;
  for (const Example& from : dataset.examples) {
    Sentence sentence = sentence_of(from);
    if (sentence.words.empty()) continue;
    dropped += flatten(sentence.spans);
    std::set<std::string> types;
    for (const Span& span : sentence.spans) types.insert(span.label);
    spans = spans || !types.empty();
    if (types.empty()) types.insert(kOutside);
    Example example = example_of(from, std::move(sentence));
    for (const std::string& type : types) {
      example.label = type;
      made.examples.push_back(example);
    }
  }
  if (!spans && !dataset.examples.empty()) {
    throw Error(ErrorKind::data,
                cat("none of the ", dataset.examples.size(), " sentences has a labelled span"),
                {dataset.name, 0, "spans"},
                "give a file with spans (conll, fewnerd, spacy, jsonl), or texts that mark them: "
                "[Ada Lovelace](person) wrote");
  }
  if (dropped > 0) {
    log_warning(cat(dropped, " spans share words with a longer one and are left out"));
  }
  return made;
}

std::string span_text_of(const Example& example) {
  std::vector<std::string> words;
  for (const TextRange& token : example.tokens) words.emplace_back(text_at(example, token));
  return span_text(words, example.spans);
}

}  // namespace inkling
