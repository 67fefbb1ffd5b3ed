// Text cut into lines.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "inkling/base/error.h"
#include "inkling/formats/format.h"

namespace inkling {

/// Walks over the lines of a source: cut on \n alone, so that other separators of Unicode stay in
/// the text; one \r before the cut, or at the end of the source, is left out.
class LineScanner {
 public:
  LineScanner(const Source& source, const FormatOptions& options)
      : file_(source.path.string()), rest_(source.bytes), limit_(options.max_record_bytes) {}

  /// Moves to the next line; false after the last.
  /// @throws Error data, when it is longer than max_record_bytes
  bool next();

  std::string_view text() const { return text_; }
  std::int64_t number() const { return number_; }
  const std::string& file() const { return file_; }

  /// The place of the line.
  Where where(std::string field = {}) const { return {file_, number_, std::move(field)}; }

 private:
  std::string file_;
  std::string_view rest_;
  std::int64_t limit_;
  std::string_view text_;
  std::int64_t number_ = 0;
};

/// The error of a record of more than max_record_bytes.
Error too_long(std::int64_t limit, Where where);

}  // namespace inkling
