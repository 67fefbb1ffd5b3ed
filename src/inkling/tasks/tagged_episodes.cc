#include "inkling/tasks/tagged_episodes.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/data/role_examples.h"
#include "inkling/data/span_text.h"
#include "inkling/tasks/tagged_records.h"

namespace inkling {
namespace {

class TaggedEpisodes : public EpisodeSource {
 public:
  TaggedEpisodes(SourceOptions options, bool predicates)
      : options_(std::move(options)),
        classes_(options_.text->labels),
        records_(options_.text->table, options_.text->spans, options_, predicates) {
    const TextData& text = *options_.text;
    check_tasks(predicates);
    for (const SpanExample& sentence : span_pool(text.pool, text.spans, text.labels, true)) {
      sentences_.push_back(sentence.index);
    }
    if (options_.shape.queries == 0) return;
    if (predicates) {
      groups_.emplace(sentences_of_groups(text.pool, text.spans, options_.shape, text.groups));
      return;
    }
    const auto types =
        std::ranges::count_if(text.labels, [](auto& name) { return name != kOutside; });
    const std::int64_t ways = options_.by == TasksBy::label ? options_.shape.ways : types;
    sampler_.emplace(span_pool(text.pool, text.spans, text.labels, false),
                     SpanEpisodeShape{ways, options_.shape.shots, options_.shape.queries},
                     text.labels);
  }

  Record make(std::span<const std::uint64_t> numbers) const override {
    if (numbers.size() != 1) {
      throw Error(ErrorKind::internal, "a record of words holds one episode");
    }
    const Episode episode = episode_at(numbers.front());
    Record record = records_.make(episode.support, episode.query, classes_of(episode));
    record.new_classes = options_.by == TasksBy::label;
    return record;
  }

  bool uniform() const override { return false; }
  std::vector<std::string> class_names(std::uint64_t number) const override {
    if (options_.by != TasksBy::label) return classes_.names;
    return classes_of(episode_at(number)).names;
  }

  std::int64_t examples() const override { return std::ssize(sentences_); }
  Record pass(std::span<const std::int64_t> places) const override {
    std::vector<std::int64_t> texts;
    for (const std::int64_t place : places) {
      texts.push_back(sentences_[static_cast<std::size_t>(place)]);
    }
    return records_.make({}, texts, classes_);
  }

 private:
  void check_tasks(bool predicates) const {
    if (!predicates && options_.by == TasksBy::group) {
      throw Error(ErrorKind::usage, "tasks of spans are by label or single", {"", 0, "tasks-by"},
                  "use --tasks-by label, with --test for another domain");
    }
    if (predicates && options_.by == TasksBy::label) {
      throw Error(ErrorKind::usage, "roles mean the same in all tasks", {"", 0, "tasks-by"},
                  "use --tasks-by group --group lemma, or --tasks-by single");
    }
    if (!options_.text->fixed.parts.empty()) {
      throw Error(ErrorKind::usage, "tasks of spans are drawn from the test data alone",
                  {"", 0, "test-support"}, "leave it out, or adapt a model and evaluate that");
    }
  }

  Episode episode_at(std::uint64_t number) const {
    return groups_ ? groups_->at(options_.key, number) : sampler_->at(options_.key, number);
  }

  /// Where classes mean the same everywhere, all in their order.
  TagClasses classes_of(const Episode& episode) const {
    if (options_.by != TasksBy::label) return classes_;
    std::vector<std::string> types;
    for (const std::int32_t label : episode.labels) {
      types.push_back(options_.text->labels[static_cast<std::size_t>(label)]);
    }
    return TagClasses(types);
  }

  SourceOptions options_;
  TagClasses classes_;
  TaggedRecords records_;
  std::vector<std::int64_t> sentences_;  ///< texts, each sentence once
  std::optional<SpanEpisodeSampler> sampler_;
  std::optional<EpisodeSampler> groups_;
};

}  // namespace

std::vector<SpanExample> span_pool(const std::vector<PoolExample>& pool,
                                   const std::vector<std::vector<Span>>& spans,
                                   const std::vector<std::string>& labels, bool all) {
  std::unordered_map<std::string_view, std::int32_t> label_of;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    label_of.emplace(labels[i], static_cast<std::int32_t>(i));
  }
  // A sentence is there once for each of its predicates, which are marked among its spans.
  std::set<std::pair<std::uint64_t, std::int64_t>> seen;
  std::vector<SpanExample> sentences;
  for (const PoolExample& example : pool) {
    const auto& of_text = spans[static_cast<std::size_t>(example.index)];
    const Span* const predicate = predicate_of(of_text);
    if (!seen.emplace(example.text, predicate == nullptr ? -1 : predicate->begin).second) continue;
    SpanExample sentence = {example.index, {}, example.text};
    bool known = true;
    for (const Span& span : of_text) {
      const auto found = label_of.find(span.label);
      known = known && found != label_of.end();
      if (found != label_of.end()) sentence.types.push_back(found->second);
    }
    if (all || (known && !sentence.types.empty())) sentences.push_back(std::move(sentence));
  }
  return sentences;
}

EpisodeSampler sentences_of_groups(const std::vector<PoolExample>& pool,
                                   const std::vector<std::vector<Span>>& spans,
                                   const EpisodeShape& shape,
                                   const std::vector<std::string>& groups) {
  std::unordered_map<std::int64_t, const PoolExample*> of_index;
  for (const PoolExample& example : pool) of_index.emplace(example.index, &example);
  std::vector<PoolExample> sentences;
  std::map<std::int32_t, std::unordered_set<std::uint64_t>> texts;
  for (const SpanExample& sentence : span_pool(pool, spans, {}, true)) {
    sentences.push_back(*of_index.at(sentence.index));
    sentences.back().label = 0;
    texts[sentences.back().group].insert(sentences.back().text);
  }
  const std::int64_t needed = shape.shots + shape.queries;
  std::erase_if(sentences,
                [&](const PoolExample& one) { return std::ssize(texts.at(one.group)) < needed; });
  if (sentences.empty()) {
    const auto size_of = [](const auto& entry) { return std::ssize(entry.second); };
    const auto largest = std::ranges::max_element(texts, {}, size_of);
    const std::string most =
        largest == texts.end()
            ? ""
            : cat(": the most are ", size_of(*largest), " of '",
                  groups.empty() ? "all" : groups[static_cast<std::size_t>(largest->first)], "'");
    throw Error(ErrorKind::data,
                cat("no predicate has the ", needed, " different sentences that ", shape.shots,
                    " shots and ", shape.queries, " queries need", most),
                {}, "ask for fewer shots or queries, or give more sentences");
  }
  EpisodeShape of_sentences = shape;
  of_sentences.ways = 1;
  return {sentences,
          groups.empty() ? TasksBy::single : TasksBy::group,
          of_sentences,
          {"sentence"},
          groups};
}

std::unique_ptr<EpisodeSource> tagged_episodes(SourceOptions options, bool predicates) {
  return std::make_unique<TaggedEpisodes>(std::move(options), predicates);
}

}  // namespace inkling
