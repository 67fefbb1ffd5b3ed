// What csv and tsv share: columns by name or number, read and written.
#pragma once

#include <memory>
#include <vector>

#include "inkling/formats/format.h"

namespace inkling {

/// The cells that a text file is cut into.
struct TableShape {
  std::string_view format;  ///< and what its files' names end with, after a dot
  std::string_view summary;
  char separator;
  bool quoted_by_default;
};

/// The format of such tables.
std::unique_ptr<Format> table_format(const TableShape& shape);

/// The examples of a table. Columns beside text, label and group are metadata under their names; a
/// column "attributes.NAME" is an attribute, "metadata.NAME" metadata. Without a header the columns
/// are called column1, column2, ..., and the group's attribute "group". An empty cell is an absent
/// value, but for the text.
/// @throws Error data, with line and column; usage, for a column that is not there
std::vector<Example> read_table(const Source& source, const FormatOptions& options,
                                const TableShape& shape);

/// The table that read_table reads back with the same options.
/// @throws Error data, naming the example and what it cannot hold; usage, for options that leave a
/// column unnamed
std::string write_table(const Dataset& dataset, const FormatOptions& options,
                        const TableShape& shape);

}  // namespace inkling
