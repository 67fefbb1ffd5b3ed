// Formats of one tag a token: a token's line holds it, its tag, and other columns.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "inkling/formats/format.h"

namespace inkling {

struct TaggedShape {
  std::string format;
  std::string summary;
  /// Goes over what was asked for, where the format leaves no choice.
  std::function<FormatOptions(FormatOptions)> fixed;
  std::function<int(const std::filesystem::path& path, std::string_view head)> recognise;
};

/// Sentences in columns, whose tags are spans. Columns beside tokens and tags are token columns, by
/// the names of options.columns, else column2, column3, ...; comments are metadata, one named as
/// options.group_column is an attribute. A sentence of the token -DOCSTART- alone is passed over.
std::unique_ptr<Format> tagged_columns_format(TaggedShape shape);

/// The first whole lines of `head` that are tokens, cut at tabs, else at runs of spaces: up to 50.
std::vector<std::vector<std::string_view>> rows_of_head(std::string_view head);

}  // namespace inkling
