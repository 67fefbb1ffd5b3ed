#include "inkling/nn/bag.h"

#include <benchmark/benchmark.h>

namespace inkling {
namespace {

constexpr std::int64_t kRows = 10000, kTexts = 80, kWords = 200, kWidth = 128;

Batch texts() {
  Batch batch;
  batch.episodes = 1;
  batch.units = kTexts;
  const auto options = at::TensorOptions().dtype(at::kDouble);
  batch.words.ids =
      (uniform(Key{1}, {kTexts * kWords}, 0, 1, options).pow(3) * kRows).to(at::kLong);
  batch.words.weights = at::full({kTexts * kWords}, 1.0 / kWords, at::kFloat);
  batch.words.offsets = at::arange(kTexts + 1) * kWords;
  batch.words.longest = kWords;
  return batch;
}

Tensor table() {
  return uniform(Key{2}, {kRows, kWidth}, -1, 1, at::kFloat);
}

void bag_forward(benchmark::State& state) {
  const Batch batch = texts();
  const Tensor rows = table();
  for (auto _ : state) benchmark::DoNotOptimize(bag(rows, batch));
  state.SetItemsProcessed(state.iterations() * kTexts * kWords);
}
BENCHMARK(bag_forward);

void bag_backward(benchmark::State& state) {
  const Batch batch = texts();
  const Tensor x = uniform(Key{3}, {1, kTexts, kWidth}, -1, 1, at::kFloat);
  for (auto _ : state) benchmark::DoNotOptimize(unbag(x, batch, kRows));
  state.SetItemsProcessed(state.iterations() * kTexts * kWords);
}
BENCHMARK(bag_backward);

/// The plain twin: every word's row is gathered, then the texts are summed.
void gather_then_mean(benchmark::State& state) {
  const Batch batch = texts();
  const Tensor rows = table();
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        rows.index_select(0, batch.words.ids).reshape({kTexts, kWords, kWidth}).mean(1));
  }
  state.SetItemsProcessed(state.iterations() * kTexts * kWords);
}
BENCHMARK(gather_then_mean);

}  // namespace
}  // namespace inkling
