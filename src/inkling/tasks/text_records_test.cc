#include "inkling/tasks/text_records.h"

#include <gtest/gtest.h>

namespace inkling {
namespace {

constexpr std::int64_t kRows = 5000;

/// Texts of none to 200 entries, of which some are n-grams, over rows of which low ones are
/// frequent.
TokenTable table_of(std::int64_t texts) {
  TokenTable table;
  Rng rng(Key{1});
  for (std::int64_t text = 0; text < texts; ++text) {
    const std::uint64_t size = rng.below(1 + rng.below(201));
    for (std::uint64_t i = 0; i < size; ++i) {
      table.ids.push_back(static_cast<std::int32_t>(rng.below(1 + rng.below(kRows))));
    }
    table.offsets.push_back(static_cast<std::int64_t>(table.ids.size()));
    table.word_counts.push_back(static_cast<std::int32_t>(text % 3 == 0 ? size : size / 2));
  }
  return table;
}

/// Two episodes whose texts follow one another, to the table's last.
std::vector<Episode> episodes_of(const TokenTable& table) {
  std::vector<Episode> episodes(2);
  std::int64_t next = table.size() - 60;
  for (Episode& episode : episodes) {
    for (std::int32_t i = 0; i < 30; ++i) {
      (i < 10 ? episode.support : episode.query).push_back(next++);
      (i < 10 ? episode.support_classes : episode.query_classes).push_back(i % 5);
    }
  }
  return episodes;
}

/// The plain twin: entry by entry.
void expect_texts(const Batch& batch, const TokenTable& table, std::span<const Episode> episodes,
                  std::vector<std::int64_t> Episode::* part, const Tensor& rows) {
  std::int64_t entry = 0;
  std::int64_t number = 0;
  for (const Episode& episode : episodes) {
    for (const std::int64_t text : episode.*part) {
      EXPECT_EQ(batch.words.offsets[number++].item<std::int64_t>(), entry);
      for (const std::int32_t row : table[text]) {
        ASSERT_EQ(rows[entry++].item<std::int64_t>(), row);
      }
    }
  }
  EXPECT_EQ(batch.words.offsets[number].item<std::int64_t>(), entry);
  EXPECT_EQ(batch.words.ids.size(0), entry);
}

/// That a text's weights sum to one, half of it on words and half on n-grams.
void expect_weights(const Batch& batch, const TokenTable& table, const std::vector<float>& by_row,
                    std::span<const Episode> episodes, std::vector<std::int64_t> Episode::* part) {
  std::int64_t entry = 0;
  for (const Episode& episode : episodes) {
    for (const std::int64_t text : episode.*part) {
      double sum = 0;
      for (const std::int32_t row : table[text]) {
        EXPECT_EQ(batch.words.frequencies[entry].item<float>(),
                  by_row[static_cast<std::size_t>(row)]);
        sum += batch.words.weights[entry++].item<float>();
      }
      const auto words = table.word_counts[static_cast<std::size_t>(text)];
      const bool has_part_alone = words == 0 && !table[text].empty();
      EXPECT_NEAR(sum, table[text].empty() ? 0 : has_part_alone ? 0.5 : 1, 1e-5);
    }
  }
  EXPECT_EQ(batch.words.weights.size(0), entry);
}

TEST(TextRecords, HaveEveryEntryOfTheirTextsWhateverTheIdsMean) {
  const TokenTable table = table_of(100);
  std::vector<float> by_row(kRows);
  for (std::size_t row = 0; row < by_row.size(); ++row) {
    by_row[row] = 1 + static_cast<float>(row % 7);
  }
  const TextRecords records(table, TextWeights{by_row}, kRows, at::kFloat, at::kCPU, by_row);
  const std::vector<Episode> episodes = episodes_of(table);
  const Record numbered = records.make(episodes, 5);
  const Record of_rows = records.make(episodes, 5, Ids::rows);
  EXPECT_TRUE((numbered.rows.diff() > 0).all().item<bool>()) << "rising";
  EXPECT_FALSE(of_rows.rows.defined());
  const auto rows = [&](const Batch& batch) {
    return numbered.rows.index_select(0, batch.words.ids);
  };
  expect_texts(numbered.support, table, episodes, &Episode::support, rows(numbered.support));
  expect_texts(numbered.query, table, episodes, &Episode::query, rows(numbered.query));
  expect_weights(numbered.support, table, by_row, episodes, &Episode::support);
  expect_weights(numbered.query, table, by_row, episodes, &Episode::query);
  expect_texts(of_rows.support, table, episodes, &Episode::support, of_rows.support.words.ids);
  expect_texts(of_rows.query, table, episodes, &Episode::query, of_rows.query.words.ids);
  EXPECT_FALSE(of_rows.query.words.weights.defined());
  EXPECT_FALSE(of_rows.query.words.frequencies.defined());
  for (const Record* record : {&numbered, &of_rows}) {
    EXPECT_TRUE(at::equal(record->support_targets.classes[0], at::arange(10) % 5));
    EXPECT_TRUE(at::equal(record->query_targets.classes[1], at::arange(10, 30) % 5));
  }
}

TEST(TextRecords, ARecordThatIsHeldStaysAsItIs) {
  const TokenTable table = table_of(4000);
  const TextRecords records(table, {}, kRows, at::kFloat, at::kCPU);
  const auto record_of = [&](std::int64_t first) {
    Episode episode;
    for (std::int64_t i = 0; i < 400; ++i) {
      episode.query.push_back(first + i);
      episode.query_classes.push_back(0);
    }
    return records.make(std::span(&episode, 1), 1);
  };
  std::vector<Record> held;
  std::vector<Tensor> copies;
  for (std::int64_t i = 0; i < 9; ++i) {
    held.push_back(record_of(400 * i));
    copies.push_back(held.back().rows.index_select(0, held.back().query.words.ids));
    record_of(400 * (9 - i));
  }
  for (std::size_t i = 0; i < held.size(); ++i) {
    EXPECT_TRUE(at::equal(held[i].rows.index_select(0, held[i].query.words.ids), copies[i]));
  }
}

TEST(TextRecords, HaveThePairOfEachText) {
  TokenTable table = table_of(100);
  for (std::int32_t i = 0; i < 100; ++i) table.pairs.push_back({i, i + 1, 2 * i, 2 * i + 2});
  const TextRecords records(table, {}, kRows, at::kFloat, at::kCPU);
  const std::vector<Episode> episodes = episodes_of(table);
  for (const Ids ids : {Ids::numbers, Ids::rows}) {
    const Record record = records.make(episodes, 5, ids);
    EXPECT_EQ(record.support.dense.sizes(), (at::IntArrayRef{2, 10, 4}));
    EXPECT_EQ(record.query.dense.size(1), 20);
    for (std::int64_t i = 0; i < 20; ++i) {
      const std::int64_t text =
          episodes[static_cast<std::size_t>(i / 10)].support[static_cast<std::size_t>(i % 10)];
      EXPECT_TRUE(
          at::equal(record.support.dense[i / 10][i % 10],
                    tensor_of(std::vector<std::int64_t>{text, text + 1, 2 * text, 2 * text + 2})));
    }
    if (ids == Ids::rows) continue;  // entries without weights are not joined
    const Batch both = joined(record.support, record.query);
    EXPECT_TRUE(at::equal(both.dense.slice(1, 10, 30), record.query.dense));
  }
  EXPECT_FALSE(TextRecords(table_of(100), {}, kRows, at::kFloat, at::kCPU)
                   .make(episodes, 5)
                   .support.dense.defined());
}

}  // namespace
}  // namespace inkling
