// Texts one batch after the other, however many there are: labels that they may have are not read.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "inkling/formats/format.h"

namespace inkling {

/// A walk over texts in their order.
class TextStream {
 public:
  virtual ~TextStream() = default;

  /// Up to `most` further texts; none at the end. @throws Error io, data
  virtual std::vector<std::string> next(std::size_t most) = 0;
  /// How many of the texts so far carried a label that was not looked at.
  virtual std::int64_t with_labels() const { return 0; }
};

/// The texts of one file or data set after the other. A .txt file has one a line; it and a .jsonl
/// file are read as they come, whatever their size, and others whole.
std::unique_ptr<TextStream> text_stream(std::vector<std::string> names,
                                        const FormatOptions& options);

/// Texts that are in memory.
std::unique_ptr<TextStream> text_stream(std::vector<std::string> texts);

/// Names what `names` hold: changes with their content.
std::string digest_of(const std::vector<std::string>& names);

}  // namespace inkling
