#include "inkling/tasks/row_marks.h"

#include <gtest/gtest.h>

#include <set>

#include "inkling/base/rng.h"

namespace inkling {
namespace {

TEST(RowMarks, NumbersTheRowsThatOccurRisingWhateverWasNumberedBefore) {
  RowMarks marks;
  Rng rng(Key{1});
  for (const std::uint64_t rows : {1000, 3, 64, 65, 20000, 1000, 1}) {
    for (const std::size_t count : {0, 1, 7, 500, 4000}) {
      std::vector<std::int32_t> entries;
      // Some blocks are full, others almost empty.
      for (std::size_t i = 0; i < count; ++i) {
        entries.push_back(static_cast<std::int32_t>(rng.below(1 + rng.below(rows))));
      }
      const std::set<std::int32_t> occur(entries.begin(), entries.end());
      std::vector<std::int64_t> numbers(count);
      std::vector<std::int64_t> found(occur.size() + RowMarks::kSlack);
      const std::int64_t of_them =
          marks.number(entries, static_cast<std::int64_t>(rows), numbers.data(), found.data());
      found.resize(static_cast<std::size_t>(of_them));
      EXPECT_EQ(found, std::vector<std::int64_t>(occur.begin(), occur.end()));
      for (std::size_t i = 0; i < count; ++i) {
        ASSERT_EQ(found.at(static_cast<std::size_t>(numbers[i])), entries[i]);
      }
    }
  }
}

TEST(RowMarks, BothWaysOfNumberingAgree) {
  constexpr std::int64_t kRows = 640;
  Rng rng(Key{2});
  for (const std::uint64_t share : {1, 2, 8, 100}) {
    std::vector<std::uint8_t> marks(kRows);
    for (std::uint8_t& mark : marks) mark = rng.below(share) == 0 ? 1 : 0;
    const std::vector<std::uint8_t> wanted = marks;
    std::vector<std::uint8_t> other = marks;
    std::vector<std::int32_t> numbers[2];
    std::vector<std::int64_t> rows[2];
    for (auto& each : numbers) each.resize(kRows);
    for (auto& each : rows) each.resize(kRows + RowMarks::kSlack);
    const auto count = number_by_bits(marks.data(), kRows, numbers[0].data(), rows[0].data());
    EXPECT_EQ(number_by_eights(other.data(), kRows, numbers[1].data(), rows[1].data()), count);
    for (auto& each : rows) each.resize(static_cast<std::size_t>(count));
    EXPECT_EQ(rows[0], rows[1]);
    for (std::size_t row = 0; row < wanted.size(); ++row) {
      if (wanted[row] != 0) {
        ASSERT_EQ(numbers[0][row], numbers[1][row]);
      }
    }
    EXPECT_EQ(marks, std::vector<std::uint8_t>(kRows)) << "unmarked";
    EXPECT_EQ(other, marks);
  }
}

}  // namespace
}  // namespace inkling
