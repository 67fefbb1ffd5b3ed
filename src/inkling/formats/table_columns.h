// What each column of a table is.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inkling/base/error.h"
#include "inkling/formats/format.h"

namespace inkling {

enum class ColumnKind { none, text, label, attribute, metadata };

struct Column {
  ColumnKind kind = ColumnKind::none;
  std::string name = {};    ///< of the attribute or metadata
  std::string header = {};  ///< what the first row says
};

struct Columns {
  bool header = false;
  std::vector<Column> columns;
};

/// What the columns of a file are whose first row is `first`.
/// @throws Error usage, for a column that is not there; data, for a name that is there twice
Columns columns_of_row(const std::vector<std::string_view>& first, const FormatOptions& options,
                       const Where& where);

/// Columns that hold `dataset`, such that columns_of_row finds them again with the same options.
/// @throws Error usage, data
Columns columns_of_dataset(const Dataset& dataset, const FormatOptions& options,
                           std::string_view format);

/// A column that is given by its number: its index from 0.
std::optional<std::size_t> column_number(std::string_view column);

inline constexpr std::string_view kAttributePrefix = "attributes.";
inline constexpr std::string_view kMetadataPrefix = "metadata.";

/// "column3" of index 2.
std::string unnamed_column(std::size_t index);

}  // namespace inkling
