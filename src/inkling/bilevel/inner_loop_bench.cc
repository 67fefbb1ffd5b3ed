#include "inkling/bilevel/inner_loop.h"

#include <benchmark/benchmark.h>

#include "inkling/base/strings.h"
#include "tests/conformance/text_tasks.h"

namespace inkling {
namespace {

/// The meta-gradient through five steps of four episodes.
void meta_gradient(benchmark::State& state, const char* encoder, bool dense,
                   std::int64_t checkpoints) {
  const conformance::World world =
      conformance::world_of(encoder, "maml", false, {{"train", {{"dtype", "float32"}}}});
  const Record record = world.source()->make(std::vector<std::uint64_t>{0, 1, 2, 3});
  const Network& model = world.learner->model();
  Context context = world.context();
  InnerOptions options;
  options.transform = sgd();
  options.dense = dense;
  options.checkpoints = checkpoints;
  const Params start = world.learner->init(Key{3});
  for (auto _ : state) {
    const Params meta = localised(*world.learner, start, record, true);
    InnerLoop loop(model, meta, record.support, record.support_targets, context, options);
    loop.advance(5);
    const Tensor losses = model.loss(loop.scores(record.query), record.query_targets, context);
    benchmark::DoNotOptimize(gradients(losses.sum(), meta.tensors(), false));
  }
}
BENCHMARK_CAPTURE(meta_gradient, average_factored, "average dimensions=128", false, 0);
BENCHMARK_CAPTURE(meta_gradient, average_dense, "average dimensions=128", true, 0);
BENCHMARK_CAPTURE(meta_gradient, average_two_checkpoints, "average dimensions=128", false, 2);
BENCHMARK_CAPTURE(meta_gradient, cnn, "cnn dimensions=50", true, 0);

}  // namespace
}  // namespace inkling
