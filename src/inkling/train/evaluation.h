// How good a learner is: over episodes, or over every example of a split.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "inkling/train/learner.h"
#include "inkling/train/workers.h"

namespace inkling {

/// results[t][i]: episode i after t adaptation steps; the last t is the answer.
using Curve = std::vector<std::vector<EpisodeResult>>;

/// Episodes 0 .. count - 1 of the source. @throws Interrupted
Curve episode_results(const Learner& learner, const Params& meta, const EpisodeSource& source,
                      std::int64_t count, Workers& workers, bool whole_curve,
                      bool interruptible = true);

/// One result a task in place of one a part (tasks/task.h).
std::vector<EpisodeResult> whole_tasks(std::vector<EpisodeResult> parts, const FixedTasks& fixed);

/// Every example of the source as one task with an empty support: one result.
EpisodeResult pass_results(const Learner& learner, const Params& meta, const EpisodeSource& source,
                           Workers& workers, bool interruptible = true);

/// The mean of the task's metric over results.
double mean_metric(const Task& task, const std::vector<EpisodeResult>& results);

/// The scores of one episode of a record as a result.
EpisodeResult result_of(const Tensor& scores, const Targets& targets, std::int64_t episode);

/// [{"step", metric, "ci95"}] of a curve.
nlohmann::json curve_report(const Task& task, const Curve& curve);

}  // namespace inkling
