// Rows of separated cells.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "inkling/base/error.h"
#include "inkling/formats/format.h"

namespace inkling {

/// Walks over the rows of a table. A row is a line; where cells may be quoted (RFC 4180), a quoted
/// cell may hold separators, line breaks and doubled quotes. A quote inside an unquoted cell is an
/// ordinary character. Empty lines are skipped.
class TableReader {
 public:
  TableReader(const Source& source, const FormatOptions& options, char separator, bool quoted);

  /// Moves to the next row; false after the last.
  /// @throws Error data with line and column, for a quote that is not closed or not followed by a
  /// separator, and for a
  ///         row longer than max_record_bytes
  bool next();

  /// Valid until the next call of next().
  const std::vector<std::string_view>& cells() const { return cells_; }

  /// The line on which the row begins.
  std::int64_t line() const { return line_; }
  Where where(std::string field = {}) const { return {file_, line_, std::move(field)}; }

 private:
  void split_line(std::string_view line);
  void quoted_row();
  std::size_t quoted_cell(std::size_t begin);
  std::size_t plain_cell(std::size_t begin);
  bool at_end_of_row(std::size_t place) const;
  void advance(std::size_t size);
  [[noreturn]] void fail(const std::string& message, std::size_t place, std::string hint) const;

  std::string file_;
  std::string_view rest_;  ///< from the beginning of the row
  std::size_t limit_;
  char separator_;
  bool quoted_;
  std::int64_t line_ = 0;
  std::int64_t next_line_ = 1;
  std::vector<std::string_view> cells_;
  std::deque<std::string> unquoted_;  ///< cells that held doubled quotes; addresses are stable
};

}  // namespace inkling
