#include "inkling/tasks/text_episodes.h"

#include <algorithm>
#include <optional>

#include "inkling/data/none_queries.h"
#include "inkling/tasks/text_records.h"

namespace inkling {
namespace {

class TextEpisodes : public EpisodeSource {
 public:
  TextEpisodes(SourceOptions options, EpisodeExtras extras)
      : options_(std::move(options)),
        extras_(extras),
        records_(options_.text->table, options_.weights, options_.rows, options_.dtype,
                 options_.device, options_.frequencies) {
    if (options_.shape.queries > 0 && uniform()) {
      sampler_ = std::make_unique<EpisodeSampler>(options_.text->pool, options_.by, options_.shape,
                                                  options_.text->labels, options_.text->groups);
      if (extras.none > 0) {
        none_.emplace(options_.text->pool, options_.by, options_.shape, extras.none);
      }
    }
  }

  Record make(std::span<const std::uint64_t> numbers) const override {
    thread_local std::vector<Episode> episodes_of_thread;
    std::vector<Episode>& episodes = episodes_of_thread;
    episodes.resize(numbers.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      if (uniform()) {
        sampler_->at(options_.key, numbers[i], episodes[i]);
        if (none_) none_->add(options_.key, numbers[i], episodes[i]);
        if (extras_.descriptions) add_descriptions(episodes[i]);
      } else {
        episodes[i] = options_.text->fixed.parts.at(numbers[i]);
      }
    }
    Record record =
        records_.make(episodes, static_cast<std::int64_t>(episodes.front().labels.size()));
    record.new_classes = options_.by == TasksBy::label;
    return record;
  }

  bool uniform() const override { return options_.text->fixed.parts.empty(); }

  std::int64_t examples() const override {
    return static_cast<std::int64_t>(options_.text->pool.size());
  }

  Record pass(std::span<const std::int64_t> places) const override {
    Episode all;
    for (const std::int64_t place : places) {
      const PoolExample& example = options_.text->pool[static_cast<std::size_t>(place)];
      all.query.push_back(example.index);
      all.query_classes.push_back(example.label);
    }
    const auto classes = static_cast<std::int64_t>(options_.text->labels.size());
    Record record = records_.make(std::span(&all, 1), classes);
    add_soft_labels(record.query_targets, places, classes);
    return record;
  }

 private:
  void add_descriptions(Episode& episode) const {
    const std::int64_t first = options_.text->table.size() - std::ssize(options_.text->labels);
    for (std::size_t c = 0; c < episode.labels.size(); ++c) {
      episode.support.push_back(first + episode.labels[c]);
      episode.support_classes.push_back(static_cast<std::int32_t>(c));
    }
  }

  void add_soft_labels(Targets& targets, std::span<const std::int64_t> places,
                       std::int64_t classes) const {
    const SoftLabels& soft = options_.text->soft;
    /// The `columns` numbers of each place. @return [1, U, columns]
    const auto of_places = [&](const std::vector<float>& all, std::int64_t columns) {
      if (all.empty()) return Tensor();
      const auto count = static_cast<std::int64_t>(places.size());
      const Tensor rows = at::empty({1, count, columns}, at::kFloat);
      auto* out = rows.data_ptr<float>();
      for (const std::int64_t place : places) {
        out = std::copy_n(all.begin() + place * columns, columns, out);
      }
      return rows.to(options_.device, options_.dtype);
    };
    targets.shares = of_places(soft.shares, classes);
    targets.temperature = soft.temperature;
    if (!soft.labelled.empty()) targets.labelled = of_places(soft.labelled, 1).squeeze(-1);
    if (!soft.weights.empty()) targets.weights = of_places(soft.weights, 1).squeeze(-1);
  }

  SourceOptions options_;
  EpisodeExtras extras_;
  TextRecords records_;
  std::unique_ptr<EpisodeSampler> sampler_;
  std::optional<NoneQueries> none_;
};

}  // namespace

std::unique_ptr<EpisodeSource> text_episodes(SourceOptions options, EpisodeExtras extras) {
  return std::make_unique<TextEpisodes>(std::move(options), extras);
}

}  // namespace inkling
