#include "inkling/train/validation.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "inkling/nn/view_measures.h"
#include "inkling/train/evaluation.h"
#include "inkling/train/none_of_the_above.h"
#include "inkling/train/step_records.h"
#include "inkling/train/streams.h"

namespace inkling {
namespace {

/// Texts that are held against each other.
constexpr std::int64_t kTextsTogether = 256;

double sum_of(const Tensor& values) {
  return values.sum(at::kDouble).item<double>();
}

std::vector<Measure> measures_of_views(const Learner& learner, const Params& meta,
                                       const EpisodeSource& validation, Workers& workers) {
  const std::int64_t count = validation.examples();
  const Key key = stream(learner.config().train.seed, Stream::validation);
  EpochOrder order(key);
  const std::vector<std::int64_t>& places = order.of(0, count);
  const std::int64_t shards = (count + kTextsTogether - 1) / kTextsTogether;
  struct Part {
    double alignment = 0;
    double potential = 0;
    std::int64_t pairs = 0;
  };
  std::vector<Part> parts(static_cast<std::size_t>(shards));
  workers.run(shards, [&](std::int64_t shard) {
    const torch::autograd::AutoGradMode off(false);
    const auto begin = places.begin() + shard * kTextsTogether;
    const Record record = validation.pass(std::vector<std::int64_t>(
        begin, places.begin() + std::min(count, (shard + 1) * kTextsTogether)));
    const Params local = localised(learner, meta, record, false);
    Context noisy = learner.context();
    noisy.training = true;
    noisy.key = key.fold(static_cast<std::uint64_t>(shard));
    const auto [a, b] = learner.method().views(learner.model(), local, record.query, noisy);
    const Tensor plain = learner.model().encode(local, record.query, learner.context());
    const Tensor potentials = pair_potentials(plain[0]);
    parts[static_cast<std::size_t>(shard)] = {sum_of(alignments(a[0], b[0])), sum_of(potentials),
                                              potentials.numel()};
  });
  Part all;
  for (const Part& part : parts) {
    all.alignment += part.alignment;
    all.potential += part.potential;
    all.pairs += part.pairs;
  }
  const double alignment = all.alignment / static_cast<double>(count);
  const double uniformity =
      all.pairs == 0 ? 0 : std::log(all.potential / static_cast<double>(all.pairs));
  return {{"alignment_plus_uniformity", alignment + uniformity},
          {"alignment", alignment},
          {"uniformity", uniformity}};
}

}  // namespace

bool validates_whole(const Learner& learner) {
  const Traits& traits = learner.method().traits();
  return traits.self_supervised ||
         (learner.task().reads_text() && !traits.episodic && learner.tasks_by() != TasksBy::label);
}

// Not interruptible: a training that stops does so between steps, where its checkpoint is whole.
std::vector<EpisodeResult> validation_results(const Learner& learner, const Params& meta,
                                              const EpisodeSource& validation, Workers& workers) {
  if (validates_whole(learner)) return {pass_results(learner, meta, validation, workers, false)};
  return episode_results(learner, meta, validation, learner.config().train.validation_episodes,
                         workers, false, false)
      .back();
}

std::vector<Measure> validation_measures(const Learner& learner, const Params& meta,
                                         const EpisodeSource& validation, Workers& workers) {
  if (learner.method().traits().self_supervised) {
    return measures_of_views(learner, meta, validation, workers);
  }
  std::vector<EpisodeResult> results = validation_results(learner, meta, validation, workers);
  if (asks_for_none(learner.config())) results = with_best_none(std::move(results)).results;
  return {{learner.task().metric(), mean_metric(learner.task(), results)}};
}

double validate(const Learner& learner, const Params& meta, const EpisodeSource& validation,
                Workers& workers) {
  return validation_measures(learner, meta, validation, workers).front().value;
}

bool higher_is_better(const Learner& learner) {
  return !learner.method().traits().self_supervised && learner.task().higher_is_better();
}

}  // namespace inkling
