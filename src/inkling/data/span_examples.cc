#include "inkling/data/span_examples.h"

#include <set>
#include <vector>

#include "inkling/base/error.h"
#include "inkling/base/progress.h"
#include "inkling/base/strings.h"
#include "inkling/data/sentence_words.h"
#include "inkling/data/span_text.h"

namespace inkling {
namespace {

struct Sentence {
  std::vector<std::string> words;
  std::vector<Span> spans;
};

Sentence sentence_of(const Example& example) {
  Sentence sentence;
  if (example.tokens.empty()) {
    SpanText read = read_span_text(example.text);
    sentence = {std::move(read.words), std::move(read.spans)};
  } else {
    SentenceWords read = sentence_words(example);
    for (const Span& span : example.spans)
      sentence.spans.push_back(in_words(span, read, example, "spans"));
    sentence.words = std::move(read.words);
  }
  for (const Span& span : sentence.spans) {
    if (!span.label.empty() && span.label != kOutside) continue;
    throw Error(ErrorKind::data, cat("a span has the type '", span.label, "'"),
                {example.origin.file, example.origin.line, "spans"},
                cat("give it another name; ", kOutside, " is what stands outside of every span"));
  }
  return sentence;
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
    Example example = example_of_words(from, sentence.words);
    example.spans = std::move(sentence.spans);
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
