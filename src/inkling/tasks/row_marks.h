// The rows of a table that occur among entries, and entries numbered by them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace inkling {

/// A byte a row, and numbers of the rows that were marked. A thread keeps one: clearing what was
/// marked costs less than making it anew.
class RowMarks {
 public:
  /// Rows are written in eights, past the last that occurs.
  static constexpr std::size_t kSlack = 8;

  /// Numbers the rows that occur from 0 on, rising.
  /// @param entries    rows below `rows`
  /// @param numbers    of the entries' rows, as many as there are entries
  /// @param occurring  those that occur, rising, with room for kSlack more
  /// @return           how many occur
  std::int64_t number(std::span<const std::int32_t> entries, std::int64_t rows,
                      std::int64_t* numbers, std::int64_t* occurring);

 private:
  void reserve(std::int64_t rows);

  std::vector<std::uint8_t> marks_;    ///< all 0 between calls
  std::vector<std::int32_t> numbers_;  ///< by row; of one that occurs alone does it mean something
};

/// Numbers the marked rows and unmarks them. Which of the two is called depends on the processor;
/// `eights` is slow where eight numbers do not fit into a register.
/// @param marks    0 or 1 a row, whole blocks of 64
/// @param rows     their number
/// @param numbers  by row
/// @param marked   the rows, rising
/// @return         how many are marked
std::int64_t number_by_bits(std::uint8_t* marks, std::int64_t rows, std::int32_t* numbers,
                            std::int64_t* marked);
std::int64_t number_by_eights(std::uint8_t* marks, std::int64_t rows, std::int32_t* numbers,
                              std::int64_t* marked);

}  // namespace inkling
