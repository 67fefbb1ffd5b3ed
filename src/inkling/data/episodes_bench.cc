#include "inkling/data/episodes.h"

#include <benchmark/benchmark.h>

#include "inkling/base/strings.h"

namespace inkling {
namespace {

/// 64 labels of 700 texts each, as FewRel has them.
EpisodeSampler sampler_of(std::int64_t ways, std::int64_t shots) {
  std::vector<PoolExample> pool;
  std::vector<std::string> names;
  for (std::int32_t label = 0; label < 64; ++label) {
    names.push_back(cat("relation ", label));
    for (int i = 0; i < 700; ++i) {
      const auto number = static_cast<std::int64_t>(pool.size());
      pool.push_back({number, label, 0, static_cast<std::uint64_t>(number)});
    }
  }
  return {std::move(pool), TasksBy::label, {ways, shots, 15}, std::move(names), {}};
}

void draw_episodes(benchmark::State& state) {
  const EpisodeSampler sampler = sampler_of(state.range(0), state.range(1));
  std::uint64_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(sampler.at(Key{1}, i++));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(draw_episodes)->Args({5, 1})->Args({5, 5})->Args({20, 5});

/// The plain twin: every class is shuffled whole, and the front is taken.
void shuffle_whole_classes(benchmark::State& state) {
  std::uint64_t i = 0;
  std::vector<std::int64_t> places(700);
  for (auto _ : state) {
    Rng rng(Key{1}.fold(i++));
    for (std::int64_t way = 0; way < state.range(0); ++way) {
      rng.shuffle(std::span(places));
      benchmark::DoNotOptimize(
          std::vector<std::int64_t>(places.begin(), places.begin() + state.range(1) + 15));
    }
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(shuffle_whole_classes)->Args({5, 5});

}  // namespace
}  // namespace inkling
