// Standard input line by line, in the batches in which it arrives.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace inkling::cli {

struct Line {
  std::int64_t number = 0;  ///< from 1
  std::string text;         ///< without its end, LF or CRLF
};

/// Waits for lines and gives those that are there by then: one where a person types, many where a
/// file comes in.
class LineReader {
 public:
  /// @param longest  bytes of a line, beyond which it is refused
  LineReader(std::int64_t most_lines, std::int64_t longest)
      : most_lines_(most_lines), longest_(longest) {}

  /// At least one line; none at the end.
  /// @throws Error io, or data for a line that is too long; Interrupted
  std::vector<Line> next();

 private:
  /// Reads what is there into pending_.
  void read_some();
  bool readable(int milliseconds) const;
  /// Moves whole lines from pending_ to `lines`.
  void take_lines(std::vector<Line>& lines);

  std::int64_t most_lines_;
  std::int64_t longest_;
  std::int64_t lines_read_ = 0;
  std::string pending_;
  std::size_t searched_ = 0;  ///< bytes of pending_ that hold no line end
  bool ended_ = false;
};

}  // namespace inkling::cli
