#include "inkling/train/outer_step.h"

#include <benchmark/benchmark.h>

namespace inkling {
namespace {

/// Adam's step where a batch names 3,000 of a table's 10,000 rows.
void adam_step(benchmark::State& state, bool lazy) {
  TrainOptions options;
  options.lazy_adam = lazy;
  const OuterOptimiser optimiser(options, 1000);
  Params params = {{"encoder.embedding", uniform(Key{1}, {10000, 128}, -1, 1, at::kFloat)},
                   {"head.weight", uniform(Key{2}, {128, 1}, -1, 1, at::kFloat)}};
  TransformState moments = optimiser.init(params);
  Gradients gradients;
  gradients.set("encoder.embedding",
                {uniform(Key{3}, {3000, 128}, -1, 1, at::kFloat), at::arange(3000) * 3});
  gradients.set("head.weight", {uniform(Key{4}, {128, 1}, -1, 1, at::kFloat), {}});
  Workers workers(2);
  const ForEach by_workers = [&](std::int64_t count, const auto& body) {
    workers.run(count, body);
  };
  for (auto _ : state) optimiser.step(params, moments, gradients, by_workers);
}
BENCHMARK_CAPTURE(adam_step, rows_that_occur, true);
BENCHMARK_CAPTURE(adam_step, whole_table, false);

}  // namespace
}  // namespace inkling
