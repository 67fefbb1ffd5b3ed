#include "inkling/tasks/text_records.h"

#include <benchmark/benchmark.h>

#include "inkling/base/strings.h"

namespace inkling {
namespace {

/// Episodes with their token arrays: 5 classes, 5 + 15 texts each, of 64 classes of 700 texts.
void sample_episodes(benchmark::State& state) {
  TokenTable table;
  std::vector<PoolExample> pool;
  std::vector<std::string> names;
  Rng rng(Key{1});
  for (std::int32_t label = 0; label < 64; ++label) {
    names.push_back(cat("class ", label));
    for (int i = 0; i < 700; ++i) {
      pool.push_back({table.size(), label, 0, static_cast<std::uint64_t>(table.size())});
      const std::uint64_t words = 20 + rng.below(41);
      for (std::uint64_t word = 0; word < words; ++word) {
        table.ids.push_back(static_cast<std::int32_t>(rng.below(100) * rng.below(100)));
      }
      table.offsets.push_back(static_cast<std::int64_t>(table.ids.size()));
      table.word_counts.push_back(static_cast<std::int32_t>(words));
    }
  }
  const EpisodeSampler sampler(pool, TasksBy::label, {5, 5, 15}, names, {});
  const TextRecords records(table, {}, 10000, at::kFloat, at::kCPU);
  std::uint64_t i = 0;
  for (auto _ : state) {
    const Episode episode = sampler.at(Key{2}, i++);
    benchmark::DoNotOptimize(records.make(std::span(&episode, 1), 5));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(sample_episodes);

}  // namespace
}  // namespace inkling
