// Sentences in columns: a token a line, an empty line after each sentence, comments before it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "inkling/formats/holding.h"
#include "inkling/formats/lines.h"

namespace inkling {

/// A token's line.
struct ColumnRow {
  std::int64_t line = 0;
  std::vector<std::string_view> cells;
};

/// Walks over the sentences of a file.
///
/// Columns stand between tabs, or between runs of spaces and tabs where no line has a tab inside or
/// --separator says so. A line of white space alone ends a sentence. Before the first token of one,
/// "# KEY = VALUE" is a comment with a name; between tabs, any line that begins with "# " and holds
/// no tab is one without ("# " begins a token elsewhere). "#begin document" and "#end document" are
/// passed over.
class ColumnReader {
 public:
  ColumnReader(const Source& source, const FormatOptions& options);

  /// Moves to the next sentence; false after the last.
  /// @throws Error data for a key that is there twice, and a sentence longer than max_record_bytes
  bool next();

  const std::vector<ColumnRow>& rows() const { return rows_; }
  /// By key; those without one under kFreeComment, with line breaks between them.
  const std::map<std::string, std::string>& comments() const { return comments_; }
  bool by_tabs() const { return by_tabs_; }

  Where where(std::int64_t line, std::string field = {}) const {
    return {lines_.file(), line, std::move(field)};
  }
  /// The place of the first row.
  Where where(std::string field = {}) const { return where(rows_.front().line, std::move(field)); }

 private:
  void read_comment(std::string_view line);

  LineScanner lines_;
  std::int64_t limit_;
  bool by_tabs_;
  std::vector<ColumnRow> rows_;
  std::map<std::string, std::string> comments_;
};

constexpr const char* kFreeComment = "comment";

/// The cells of column `column` of all rows.
/// @throws Error data with line and `field`, where one is empty
std::vector<std::string> column_cells(const ColumnReader& reader, std::size_t column,
                                      const std::string& field);

/// Gives an example the words of a sentence and its comments as metadata. The text is the comment
/// `text`, or `text_json` (a JSON string, for texts of several lines), else the words with spaces
/// between them.
void set_sentence(Example& example, const ColumnReader& reader,
                  const std::vector<std::string>& words);

/// The comment lines before a sentence: `metadata`, and the text where set_sentence would not find
/// it.
/// @throws cannot_hold
std::string comment_lines(const Held& held, const std::map<std::string, std::string>& metadata,
                          const FormatOptions& options);

/// The rows of a sentence and the empty line after it. Cells are by column, then token; `names` are
/// for messages.
/// @throws cannot_hold for a cell that holds the separator or a line break, and a first row that
/// would be a comment
std::string row_lines(const Held& held, const std::vector<std::vector<std::string>>& columns,
                      const std::vector<std::string>& names, const FormatOptions& options);

}  // namespace inkling
