#include "inkling/tasks/tagged_episodes.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/data/span_text.h"
#include "inkling/tasks/tagged_records.h"

namespace inkling {
namespace {

class TaggedEpisodes : public EpisodeSource {
 public:
  explicit TaggedEpisodes(SourceOptions options)
      : options_(std::move(options)),
        classes_(options_.text->labels),
        records_(options_.text->table, options_.text->spans, options_) {
    const TextData& text = *options_.text;
    if (options_.by == TasksBy::group) {
      throw Error(ErrorKind::usage, "tasks of spans are by label or single", {"", 0, "tasks-by"},
                  "use --tasks-by label, with --test for another domain");
    }
    if (!text.fixed.parts.empty()) {
      throw Error(ErrorKind::usage, "tasks of spans are drawn from the test data alone",
                  {"", 0, "test-support"}, "leave it out, or adapt a model and evaluate that");
    }
    for (const SpanExample& sentence : span_pool(text.pool, text.spans, text.labels, true)) {
      sentences_.push_back(sentence.index);
    }
    if (options_.shape.queries > 0) {
      const auto types =
          std::ranges::count_if(text.labels, [](auto& name) { return name != kOutside; });
      const std::int64_t ways = options_.by == TasksBy::label ? options_.shape.ways : types;
      sampler_.emplace(span_pool(text.pool, text.spans, text.labels, false),
                       SpanEpisodeShape{ways, options_.shape.shots, options_.shape.queries},
                       text.labels);
    }
  }

  Record make(std::span<const std::uint64_t> numbers) const override {
    if (numbers.size() != 1) {
      throw Error(ErrorKind::internal, "a record of words holds one episode");
    }
    const Episode episode = sampler_->at(options_.key, numbers.front());
    Record record = records_.make(episode.support, episode.query, classes_of(episode));
    record.new_classes = options_.by == TasksBy::label;
    return record;
  }

  bool uniform() const override { return false; }
  std::vector<std::string> class_names(std::uint64_t number) const override {
    return classes_of(sampler_->at(options_.key, number)).names;
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
  /// Where classes mean the same everywhere, all in their order.
  TagClasses classes_of(const Episode& episode) const {
    if (options_.by == TasksBy::single) return classes_;
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
};

}  // namespace

std::vector<SpanExample> span_pool(const std::vector<PoolExample>& pool,
                                   const std::vector<std::vector<Span>>& spans,
                                   const std::vector<std::string>& labels, bool all) {
  std::unordered_map<std::string_view, std::int32_t> label_of;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    label_of.emplace(labels[i], static_cast<std::int32_t>(i));
  }
  std::unordered_set<std::uint64_t> seen;
  std::vector<SpanExample> sentences;
  for (const PoolExample& example : pool) {
    if (!seen.insert(example.text).second) continue;
    SpanExample sentence = {example.index, {}, example.text};
    bool known = true;
    for (const Span& span : spans[static_cast<std::size_t>(example.index)]) {
      const auto found = label_of.find(span.label);
      known = known && found != label_of.end();
      if (found != label_of.end()) sentence.types.push_back(found->second);
    }
    if (all || (known && !sentence.types.empty())) sentences.push_back(std::move(sentence));
  }
  return sentences;
}

std::unique_ptr<EpisodeSource> tagged_episodes(SourceOptions options) {
  return std::make_unique<TaggedEpisodes>(std::move(options));
}

}  // namespace inkling
