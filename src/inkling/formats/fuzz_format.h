// What the fuzz targets of the formats share.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>

#include "inkling/base/error.h"
#include "inkling/formats/format.h"
#include "inkling/formats/holding.h"
#include "inkling/formats/source.h"

namespace inkling {

/// Any bytes are examples or an Error that names the file; what was read is text, and what can be
/// written again reads as the same examples. Aborts where that is not so.
/// @param path  the file's name, which a format may read too
inline int fuzz_format(const char* format_name, const char* path, const FormatOptions& options,
                       const std::uint8_t* data, std::size_t size) {
  const Format& format = format_named(format_name);
  Dataset dataset{"fuzz", {}};
  try {
    const std::string text = text_of(std::string(reinterpret_cast<const char*>(data), size), path);
    format.recognise(path, text);
    dataset.examples = format.read({path, text}, options);
  } catch (const Error& error) {
    const bool theirs = error.kind() == ErrorKind::data || error.kind() == ErrorKind::usage;
    if (!theirs || error.where().file != path) std::abort();
    return 0;
  }
  if (dataset.examples.empty()) return 0;
  require_holdable(dataset, format.name());
  std::vector<OutputFile> files;
  try {
    files = format.write(dataset, options);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::data && error.kind() != ErrorKind::usage) std::abort();
    return 0;
  }
  if (files.size() != 1) std::abort();
  const std::string again = text_of(bytes_of(files.front().bytes), path);
  FormatOptions unlimited = options;  // names and quotes may make a record longer than it was
  unlimited.max_record_bytes = FormatOptions{}.max_record_bytes;
  if (format.read({path, again}, unlimited) != dataset.examples) std::abort();
  return 0;
}

/// fuzz_format of a table: the first byte chooses the options.
inline int fuzz_table(const char* format_name, const char* path, const std::uint8_t* data,
                      std::size_t size) {
  if (size == 0) return 0;
  const unsigned choice = data[0];
  FormatOptions options;
  if ((choice & 1U) != 0) options.quote = (choice & 2U) != 0 ? "none" : "rfc4180";
  if ((choice & 4U) != 0) options.header = (choice & 8U) != 0 ? "no" : "yes";
  if ((choice & 16U) != 0) options.text_column = (choice & 32U) != 0 ? "2" : "b";
  if ((choice & 64U) != 0) options.group_column = "1";
  if ((choice & 128U) != 0) options.max_record_bytes = 50;
  return fuzz_format(format_name, path, options, data + 1, size - 1);
}

}  // namespace inkling
