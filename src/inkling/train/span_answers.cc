#include "inkling/train/span_answers.h"

#include <algorithm>
#include <set>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/data/role_examples.h"
#include "inkling/data/span_text.h"
#include "inkling/tasks/tagged_texts.h"
#include "inkling/train/evaluation.h"

namespace inkling {
namespace {

/// So many sentences are scored together.
constexpr std::size_t kTogether = 64;

/// Some sentences as the support or the query of one episode.
Record record_of(const Learner& learner, const std::vector<SpanText>& sentences,
                 const TagClasses& classes, bool as_support) {
  std::vector<std::string> plain;
  std::vector<std::vector<Span>> spans;
  std::vector<std::int64_t> places;
  for (const SpanText& sentence : sentences) {
    places.push_back(std::ssize(plain));
    plain.push_back(join(sentence.words, " "));
    spans.push_back(sentence.spans);
  }
  const std::vector<std::string_view> views(plain.begin(), plain.end());
  const TokenTable table = tokenise(views, learner.vocabulary());
  SourceOptions options;
  options.rows = learner.rows();
  options.dtype = learner.dtype();
  options.device = learner.device();
  options.frequencies = learner.frequencies();
  const TaggedRecords records(table, spans, options, tagging(learner.task()).has_predicates());
  return as_support ? records.make(places, {}, classes) : records.make({}, places, classes);
}

/// A span's bytes in the text, and its name.
LabelledRange range_of(const ClassSpan& span, const SpanText& sentence, std::int64_t first,
                       const TagClasses& classes) {
  LabelledRange range;
  range.begin = sentence.ranges[static_cast<std::size_t>(span.begin - first)].begin;
  range.end = sentence.ranges[static_cast<std::size_t>(span.end - first - 1)].end;
  range.label = classes.names[static_cast<std::size_t>(span.of_class)];
  return range;
}

/// Adds the predicate that was given to what was found for it.
void add_predicate(const SpanText& sentence, std::vector<LabelledRange>& found,
                   std::vector<Span>& marked) {
  const Span& predicate = *predicate_of(sentence.spans);
  const auto place = std::ranges::upper_bound(marked, predicate.begin, {}, &Span::begin);
  LabelledRange range;
  range.begin = sentence.ranges[static_cast<std::size_t>(predicate.begin)].begin;
  range.end = sentence.ranges[static_cast<std::size_t>(predicate.end - 1)].end;
  range.label = predicate.label;
  range.probability = 1;
  found.insert(found.begin() + (place - marked.begin()), std::move(range));
  marked.insert(place, predicate);
}

/// @throws Error data, unless the sentence marks one predicate
void require_predicate(const SpanText& sentence, const Where& where) {
  const auto count =
      std::ranges::count_if(sentence.spans, [](auto& span) { return marks_predicate(span.label); });
  const auto of_many = [](auto& span) {
    return marks_predicate(span.label) && span.end - span.begin != 1;
  };
  if (std::ranges::any_of(sentence.spans, of_many)) {
    throw Error(ErrorKind::data, "the text marks a predicate of several words", where,
                "mark the one word that has roles, as in: She [gave](V) up");
  }
  if (count == 1) return;
  throw Error(
      ErrorKind::data,
      count == 0 ? "the text marks no predicate" : cat("the text marks ", count, " predicates"),
      where, "mark the one that is asked about, as in: She [gave](V) him a book");
}

EpisodeResult scores_of(const Learner& learner, const Adapted& adapted,
                        const std::vector<SpanText>& sentences, const TagClasses& classes) {
  const Record record = record_of(learner, sentences, classes, false);
  Adapted local = adapted;
  local.params = gathered(learner.model(), adapted.params, record.rows);
  EpisodeResult result =
      result_of(adapted_scores(learner.model(), local, record.query), record.query_targets, 0);
  add_sentences(record, result);
  return result;
}

/// Adds the answers to some sentences.
void add_answers(const Learner& learner, const Adapted& adapted,
                 const std::vector<SpanText>& sentences, const TagClasses& classes,
                 double temperature, double abstain, std::vector<Prediction>& answers) {
  const EpisodeResult result = scores_of(learner, adapted, sentences, classes);
  const TaggedTexts& task = tagging(learner.task());
  const std::vector<std::int32_t> tags = task.tags(result, classes.names, classes.outside);
  for (std::size_t i = 0; i < sentences.size(); ++i) {
    Prediction& answer = answers.emplace_back();
    answer.probability = 1;
    std::vector<LabelledRange> found;
    std::vector<Span> marked;
    const std::int64_t first = result.offsets[i];
    for (const ClassSpan& span :
         task.answered(tags, first, result.offsets[i + 1], classes.outside)) {
      LabelledRange range = range_of(span, sentences[i], first, classes);
      range.probability = confidence(span, result.scores, classes.size(), temperature);
      if (range.probability < abstain) continue;
      marked.push_back({span.begin - first, span.end - first, range.label});
      answer.probability = std::min(answer.probability, range.probability);
      found.push_back(std::move(range));
    }
    if (task.has_predicates()) add_predicate(sentences[i], found, marked);
    answer.spans = std::move(found);
    answer.label = span_text(sentences[i].words, marked);
  }
}

}  // namespace

TagClasses classes_of_sentences(const Learner& learner, const std::vector<Labelled>& support) {
  const bool fixed_labels = learner.tasks_by() != TasksBy::label;
  const bool predicates = tagging(learner.task()).has_predicates();
  std::set<std::string> types;
  for (std::size_t i = 0; i < support.size(); ++i) {
    const Where where = {"", static_cast<std::int64_t>(i) + 1, "text"};
    if (!support[i].label.empty()) {
      throw Error(ErrorKind::data, cat("a sentence has the label '", support[i].label, "'"), where,
                  "mark its spans instead, as in: [Ada Lovelace](person) wrote");
    }
    const SpanText sentence = read_span_text(support[i].text);
    if (sentence.words.empty()) throw Error(ErrorKind::data, "the sentence has no word", where);
    if (predicates) require_predicate(sentence, where);
    for (const Span& span : sentence.spans) {
      if (predicates && marks_predicate(span.label)) continue;
      const auto& known = learner.labels();
      if (span.label == kOutside ||
          (fixed_labels && std::ranges::find(known, span.label) == known.end())) {
        throw Error(ErrorKind::data, cat("the model does not know the type '", span.label, "'"),
                    where, known_names_hint(span.label, known));
      }
      types.insert(span.label);
    }
  }
  if (types.empty() && !predicates && (!support.empty() || !fixed_labels)) {
    throw Error(ErrorKind::data, "no sentence marks a span", {"", 0, "support"},
                "give sentences that do, as in: [Ada Lovelace](person) wrote");
  }
  std::vector<std::string> labels(types.begin(), types.end());
  order_names(labels);
  if (!fixed_labels) return TagClasses(labels);
  if (!support.empty() && !learner.method().traits().zero_shot) {
    for (const std::string& label : learner.labels()) {
      if (label == kOutside || types.contains(label)) continue;
      throw Error(ErrorKind::data, cat("no sentence marks a span of type '", label, "'"),
                  {"", 0, "support"}, "give one of each type that the model knows");
    }
  }
  return TagClasses(learner.labels());
}

Record support_of_sentences(const Learner& learner, const std::vector<Labelled>& support,
                            const TagClasses& classes) {
  std::vector<SpanText> sentences;
  for (const Labelled& one : support) sentences.push_back(read_span_text(one.text));
  return record_of(learner, sentences, classes, true);
}

EpisodeResult scores_of_sentences(const Learner& learner, const Adapted& adapted,
                                  const std::vector<std::string>& texts,
                                  const TagClasses& classes) {
  std::vector<SpanText> sentences;
  for (const std::string& text : texts) sentences.push_back(read_span_text(text));
  return scores_of(learner, adapted, sentences, classes);
}

std::vector<Prediction> answers_of_sentences(const Learner& learner, const Adapted& adapted,
                                             const std::vector<std::string>& texts,
                                             const TagClasses& classes, double temperature,
                                             double abstain) {
  std::vector<Prediction> answers;
  std::vector<SpanText> sentences;
  const auto flush = [&] {
    if (sentences.empty()) return;
    add_answers(learner, adapted, sentences, classes, temperature, abstain, answers);
    sentences.clear();
  };
  for (std::size_t i = 0; i < texts.size(); ++i) {
    SpanText sentence = read_span_text(texts[i]);
    if (!sentence.words.empty() && tagging(learner.task()).has_predicates()) {
      require_predicate(sentence, {"", static_cast<std::int64_t>(i) + 1, "text"});
    }
    if (sentence.words.empty()) {
      flush();
      answers.push_back({"", 1, {}, std::vector<LabelledRange>()});
      continue;
    }
    sentences.push_back(std::move(sentence));
    if (sentences.size() == kTogether) flush();
  }
  flush();
  return answers;
}

}  // namespace inkling
