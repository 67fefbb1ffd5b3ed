#include "inkling/train/evaluation.h"

#include <algorithm>
#include <numeric>

#include "inkling/base/interrupt.h"
#include "inkling/metrics/metrics.h"
#include "inkling/tasks/tagged_records.h"

namespace inkling {
namespace {

/// Episodes or texts that are computed together; results do not depend on it beyond rounding.
constexpr std::int64_t kEpisodesTogether = 4;
constexpr std::int64_t kTextsTogether = 256;

std::vector<double> doubles(const Tensor& values) {
  const Tensor flat = values.detach().to(at::kCPU, at::kDouble).contiguous();
  const auto* from = flat.const_data_ptr<double>();
  return {from, from + flat.numel()};
}

}  // namespace

EpisodeResult result_of(const Tensor& scores, const Targets& targets, std::int64_t episode) {
  EpisodeResult result;
  result.outputs = scores.size(-1);
  result.scores = doubles(scores[episode]);
  result.truth = doubles((targets.classes.defined() ? targets.classes : targets.values)[episode]);
  return result;
}

Curve episode_results(const Learner& learner, const Params& meta, const EpisodeSource& source,
                      std::int64_t count, Workers& workers, bool whole_curve, bool interruptible) {
  const std::int64_t together = source.uniform() ? kEpisodesTogether : 1;
  const std::int64_t shards = (count + together - 1) / together;
  std::vector<Curve> parts(static_cast<std::size_t>(shards));
  workers.run(shards, [&](std::int64_t shard) {
    if (interruptible) check_interrupt();
    std::vector<std::uint64_t> numbers;
    for (std::int64_t i = shard * together; i < std::min(count, (shard + 1) * together); ++i) {
      numbers.push_back(static_cast<std::uint64_t>(i));
    }
    const Record record = source.make(numbers);
    const Params local = localised(learner, meta, record, false);
    const auto names = source.class_names(numbers.front());
    std::vector<Tensor> curve;
    if (whole_curve) {
      curve = learner.method().curve(learner.model(), local, record, learner.context());
    } else {
      curve.push_back(learner.method().answer(learner.model(), local, record, learner.context()));
    }
    Curve& part = parts[static_cast<std::size_t>(shard)];
    for (const Tensor& scores : curve) {
      std::vector<EpisodeResult>& at_step = part.emplace_back();
      for (std::int64_t e = 0; e < record.episodes(); ++e) {
        at_step.push_back(result_of(scores, record.query_targets, e));
        if (!learner.task().reads_spans()) continue;
        add_sentences(record, at_step.back());
        at_step.back().names = names;
      }
    }
  });
  Curve all = std::move(parts.front());
  for (std::size_t shard = 1; shard < parts.size(); ++shard) {
    for (std::size_t t = 0; t < all.size(); ++t) {
      std::move(parts[shard][t].begin(), parts[shard][t].end(), std::back_inserter(all[t]));
    }
  }
  return all;
}

std::vector<EpisodeResult> whole_tasks(std::vector<EpisodeResult> parts, const FixedTasks& fixed) {
  std::vector<EpisodeResult> tasks;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i == 0 || fixed.tasks[i] != fixed.tasks[i - 1]) {
      tasks.push_back(std::move(parts[i]));
      continue;
    }
    EpisodeResult& task = tasks.back();
    task.scores.insert(task.scores.end(), parts[i].scores.begin(), parts[i].scores.end());
    task.truth.insert(task.truth.end(), parts[i].truth.begin(), parts[i].truth.end());
  }
  return tasks;
}

EpisodeResult pass_results(const Learner& learner, const Params& meta, const EpisodeSource& source,
                           Workers& workers, bool interruptible) {
  const std::int64_t count = source.examples();
  const std::int64_t shards = (count + kTextsTogether - 1) / kTextsTogether;
  std::vector<EpisodeResult> parts(static_cast<std::size_t>(shards));
  workers.run(shards, [&](std::int64_t shard) {
    if (interruptible) check_interrupt();
    std::vector<std::int64_t> places(
        static_cast<std::size_t>(std::min(kTextsTogether, count - shard * kTextsTogether)));
    std::iota(places.begin(), places.end(), shard * kTextsTogether);
    const Record record = source.pass(places);
    const Tensor scores = learner.method().answer(
        learner.model(), localised(learner, meta, record, false), record, learner.context());
    EpisodeResult& part = parts[static_cast<std::size_t>(shard)];
    part = result_of(scores, record.query_targets, 0);
    if (learner.task().reads_spans()) add_sentences(record, part);
  });
  EpisodeResult all;
  if (learner.task().reads_spans() && learner.tasks_by() != TasksBy::label) {
    all.names = source.class_names(0);
  }
  for (EpisodeResult& part : parts) {
    all.outputs = part.outputs;
    const auto before = std::ssize(all.truth);
    for (std::size_t i = all.offsets.empty() ? 0 : 1; i < part.offsets.size(); ++i) {
      all.offsets.push_back(before + part.offsets[i]);
    }
    all.begins.insert(all.begins.end(), part.begins.begin(), part.begins.end());
    all.scores.insert(all.scores.end(), part.scores.begin(), part.scores.end());
    all.truth.insert(all.truth.end(), part.truth.begin(), part.truth.end());
  }
  return all;
}

double mean_metric(const Task& task, const std::vector<EpisodeResult>& results) {
  double sum = 0;
  for (const EpisodeResult& result : results) sum += task.measure(result);
  return sum / static_cast<double>(results.size());
}

nlohmann::json curve_report(const Task& task, const Curve& curve) {
  nlohmann::json steps = nlohmann::json::array();
  for (std::size_t t = 0; t < curve.size(); ++t) {
    std::vector<double> values;
    for (const EpisodeResult& result : curve[t]) values.push_back(task.measure(result));
    const Estimate estimate = estimate_of(values);
    steps.push_back({{"step", t}, {task.metric(), estimate.value}, {"ci95", estimate.ci95}});
  }
  return steps;
}

}  // namespace inkling
