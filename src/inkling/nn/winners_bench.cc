#include "inkling/nn/winners.h"

#include <benchmark/benchmark.h>

namespace inkling {
namespace {

// Five texts of 40 windows of three words of 60 numbers, 230 filters.
constexpr std::int64_t kUnits = 5, kWindows = 40, kInputs = 180, kFilters = 230;

struct Inputs {
  Tensor x = uniform(Key{1}, {1, kUnits, kWindows, kInputs}, -1, 1, at::kFloat);
  Tensor weight = leaf(uniform(Key{2}, {kInputs, kFilters}, -1, 1, at::kFloat));
  Tensor lengths = at::full({1, kUnits}, kWindows, at::kLong);
};

/// The gradient of an inner step, and the gradient through it.
void twice(const Tensor& out, const Tensor& weight) {
  const auto first = gradients(out.relu().square().sum(), {weight}, true);
  benchmark::DoNotOptimize(gradients(first[0].square().sum(), {weight}, false));
}

void through_winners(benchmark::State& state) {
  const Inputs in;
  for (auto _ : state) twice(strongest_answers(in.x, in.weight, in.lengths), in.weight);
}
BENCHMARK(through_winners);

/// The plain twin: the gradient goes through the answers of all windows.
void through_all_windows(benchmark::State& state) {
  const Inputs in;
  for (auto _ : state) twice(at::matmul(in.x, in.weight).amax(2), in.weight);
}
BENCHMARK(through_all_windows);

}  // namespace
}  // namespace inkling
