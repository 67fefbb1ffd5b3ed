#include "inkling/data/role_examples.h"

#include <algorithm>
#include <set>
#include <vector>

#include "inkling/base/error.h"
#include "inkling/base/progress.h"
#include "inkling/base/strings.h"
#include "inkling/data/sentence_words.h"
#include "inkling/data/span_text.h"

namespace inkling {
namespace {

constexpr const char* kPredicate = "V";
constexpr const char* kGoesOn = "C-V";
constexpr std::string_view kWithSense = "V:";
/// Longer senses are not written into a text's mark.
constexpr std::size_t kLongestSense = 150;

Where where_of(const Example& example, const char* field) {
  return {example.origin.file, example.origin.line, field};
}

Span predicate_span(const Frame& frame) {
  return {frame.predicate, frame.predicate + 1, kPredicate};
}

void require_tokens(const Example& example) {
  if (!example.tokens.empty()) return;
  throw Error(ErrorKind::data, "a predicate is a token, and the text has no tokens",
              where_of(example, "frames"), "give the sentence's tokens beside its frames");
}

/// A frame among words.
struct WordFrame {
  Span predicate;  ///< words
  std::string sense;
  std::vector<Span> roles;
};

/// An example of each type, or one. @return how many roles are left out
std::int64_t add_examples(const Example& from, const std::vector<std::string>& words,
                          WordFrame frame, Dataset& made) {
  std::set<std::string> types;
  for (const Span& role : frame.roles) {
    if (!role.label.empty() && role.label != kOutside && !marks_predicate(role.label)) continue;
    throw Error(ErrorKind::data, cat("a role is called '", role.label, "'"),
                where_of(from, "frames"),
                cat("give it another name; ", kOutside, " is what has no role"));
  }
  const auto all = std::ssize(frame.roles);
  std::erase_if(frame.roles, [&](const Span& role) {
    return role.begin < frame.predicate.end && frame.predicate.begin < role.end;
  });
  flatten(frame.roles);
  const std::int64_t gone = all - std::ssize(frame.roles);
  for (const Span& role : frame.roles) types.insert(role.label);
  if (types.empty()) types.insert(kOutside);
  Example example = example_of_words(from, words);
  if (!frame.sense.empty()) {
    example.attributes["sense"] = frame.sense;
    example.attributes["lemma"] = lemma_of(frame.sense);
  }
  example.frames = {{frame.predicate.begin, std::move(frame.sense), std::move(frame.roles)}};
  for (const std::string& type : types) {
    example.label = type;
    made.examples.push_back(example);
  }
  return gone;
}

/// @return how many roles are left out
std::int64_t add_frames(const Example& from, Dataset& made) {
  require_tokens(from);
  const SentenceWords sentence = sentence_words(from);
  std::int64_t gone = 0;
  for (const Frame& frame : from.frames) {
    if (frame.predicate < 0 || frame.predicate >= std::ssize(from.tokens)) {
      throw Error(
          ErrorKind::data,
          cat("the predicate is token ", frame.predicate, " of a sentence of ", from.tokens.size()),
          where_of(from, "frames"), "the first token is 0");
    }
    WordFrame read = {in_words(predicate_span(frame), sentence, from, "frames"), frame.sense, {}};
    read.predicate.end = read.predicate.begin + 1;
    for (const Span& role : frame.arguments) {
      if (role.label == kPredicate || role.label == kGoesOn) continue;
      read.roles.push_back(in_words(role, sentence, from, "frames"));
    }
    gone += add_examples(from, sentence.words, std::move(read), made);
  }
  return gone;
}

std::int64_t add_marked(const Example& from, SpanText read, const Span& predicate, Dataset& made) {
  WordFrame frame = {predicate, "", {}};
  if (predicate.label.starts_with(kWithSense)) frame.sense = predicate.label.substr(2);
  if (predicate.end - predicate.begin != 1) {
    throw Error(ErrorKind::data, "the text marks a predicate of several words",
                where_of(from, "text"), "mark its verb alone, as in: [gave](V) up");
  }
  std::erase_if(read.spans, [](const Span& span) { return marks_predicate(span.label); });
  frame.roles = std::move(read.spans);
  return add_examples(from, read.words, std::move(frame), made);
}

}  // namespace

bool marks_predicate(std::string_view type) {
  return type == kPredicate || type.starts_with(kWithSense);
}

const Span* predicate_of(std::span<const Span> spans) {
  const Span* found = nullptr;
  for (const Span& span : spans) {
    if (!marks_predicate(span.label)) continue;
    if (found != nullptr) return nullptr;
    found = &span;
  }
  return found;
}

std::string_view lemma_of(std::string_view sense) {
  return sense.substr(0, sense.rfind('.'));
}

Dataset role_examples(const Dataset& dataset) {
  Dataset made;
  made.name = dataset.name;
  std::int64_t without = 0;
  std::int64_t dropped = 0;
  for (const Example& from : dataset.examples) {
    if (!from.frames.empty()) {
      dropped += add_frames(from, made);
      continue;
    }
    SpanText read = from.tokens.empty() ? read_span_text(from.text) : SpanText{};
    const auto marks =
        std::ranges::count_if(read.spans, [](auto& span) { return marks_predicate(span.label); });
    if (marks > 1) {
      throw Error(ErrorKind::data, cat("the text marks ", marks, " predicates"),
                  where_of(from, "text"), "give one text for each of them");
    }
    if (marks == 0) {
      ++without;
      continue;
    }
    const Span predicate = *predicate_of(read.spans);
    dropped += add_marked(from, std::move(read), predicate, made);
  }
  if (made.examples.empty() && !dataset.examples.empty()) {
    throw Error(ErrorKind::data,
                cat("none of the ", dataset.examples.size(), " sentences has a predicate"),
                {dataset.name, 0, "frames"},
                "give a file with frames (conll2005, conll2012, jsonl), or texts that mark them: "
                "[Ada](ARG0) [wrote](V:write.01) [code](ARG1)");
  }
  if (without > 0) log_info(cat(without, " sentences without a predicate are left out"));
  if (dropped > 0) {
    log_warning(cat(dropped,
                    " roles share words with a longer one or with the predicate, and are left "
                    "out"));
  }
  return made;
}

Dataset predicate_spans(const Dataset& dataset) {
  Dataset made = dataset;
  for (Example& example : made.examples) {
    if (example.tokens.empty()) {
      if (!example.frames.empty()) require_tokens(example);
      SpanText read = read_span_text(example.text);
      std::erase_if(read.spans, [](const Span& span) { return !marks_predicate(span.label); });
      for (Span& span : read.spans) span.label = std::string(kPredicate);
      const Example of_words = example_of_words(example, read.words);
      example.text = of_words.text;
      example.tokens = of_words.tokens;
      example.spans = std::move(read.spans);
      continue;
    }
    example.spans.clear();
    for (const Frame& frame : example.frames) {
      example.spans.push_back(predicate_span(frame));
      if (example.spans.back().begin >= 0 && example.spans.back().end <= std::ssize(example.tokens))
        continue;
      throw Error(ErrorKind::data,
                  cat("the predicate is token ", frame.predicate, " of a sentence of ",
                      example.tokens.size()),
                  where_of(example, "frames"), "the first token is 0");
    }
    example.frames.clear();
  }
  return made;
}

std::string role_text_of(const Example& example) {
  const Frame& frame = example.frames.front();
  const bool names_sense = !frame.sense.empty() && frame.sense.size() <= kLongestSense;
  std::vector<Span> spans = frame.arguments;
  spans.push_back(predicate_span(frame));
  if (names_sense) spans.back().label = cat(kWithSense, frame.sense);
  std::ranges::sort(spans, {}, &Span::begin);
  std::vector<std::string> words;
  for (const TextRange& token : example.tokens) words.emplace_back(text_at(example, token));
  return span_text(words, spans);
}

}  // namespace inkling
