#include <algorithm>
#include <charconv>
#include <set>

#include "inkling/base/strings.h"
#include "inkling/formats/column_names.h"
#include "inkling/formats/table_columns.h"

namespace inkling {
namespace {

std::vector<std::string> copied(const std::vector<std::string_view>& cells) {
  return {cells.begin(), cells.end()};
}

bool has_header(const std::vector<std::string>& first, const FormatOptions& options) {
  if (options.header != "auto") return options.header == "yes";
  for (const std::string* column :
       {&options.text_column, &options.label_column, &options.group_column}) {
    if (!column->empty() && !column_number(*column)) return true;
  }
  return std::any_of(first.begin(), first.end(), is_default_name);
}

/// Columns asked for, in a file whose first row is `first`.
class Finder {
 public:
  Finder(std::vector<std::string> first, bool header, Where where)
      : names_(std::move(first)), header_(header), where_(std::move(where)) {}

  std::size_t find(const std::string& column, const std::string& option) const {
    if (header_) {
      const auto found = std::find(names_.begin(), names_.end(), column);
      if (found != names_.end()) return static_cast<std::size_t>(found - names_.begin());
    }
    const auto number = column_number(column);
    if (number && *number < names_.size()) return *number;
    if (header_ && !number) throw unknown_column(column, names_, option, where_);
    Where where = where_;
    where.field = column;
    if (number) {
      throw Error(
          ErrorKind::usage,
          cat("there is no column ", column, " (--", option, "): the row has ", names_.size()),
          where, "columns count from 1");
    }
    throw Error(ErrorKind::usage, cat("there is no header to find '", column, "' in"), where,
                cat("give --", option, " a number, or use --header yes"));
  }

  std::optional<std::size_t> find_given(const std::string& column, const std::string& option) {
    if (column.empty()) return std::nullopt;
    const std::size_t found = find(column, option);
    if (!taken_.insert(found).second) {
      Where where = where_;
      where.field = column;
      throw Error(ErrorKind::usage, cat("--", option, " names a column that is another's too"),
                  where, "text, label and group are columns of their own");
    }
    return found;
  }

  std::size_t default_text_column() {
    if (!header_ && names_.size() == 1) return 0;
    if (!header_) throw no_text_column({}, where_);
    const auto found = default_text(left(), where_);
    if (!found) throw no_text_column(names_, where_);
    taken_.insert(*found);
    return *found;
  }

  std::optional<std::size_t> default_label_column() const {
    if (!header_) return std::nullopt;
    return default_label(left());
  }

 private:
  /// The names with those of taken columns left empty.
  std::vector<std::string> left() const {
    std::vector<std::string> names = names_;
    for (const std::size_t taken : taken_) names[taken].clear();
    return names;
  }

  std::vector<std::string> names_;
  bool header_;
  Where where_;
  std::set<std::size_t> taken_;
};

/// What a column is that no option names.
Column other_column(const std::string& header, std::size_t index) {
  if (header.empty()) return {ColumnKind::metadata, unnamed_column(index), header};
  if (header.starts_with(kAttributePrefix))
    return {ColumnKind::attribute, header.substr(kAttributePrefix.size()), header};
  if (header.starts_with(kMetadataPrefix))
    return {ColumnKind::metadata, header.substr(kMetadataPrefix.size()), header};
  return {ColumnKind::metadata, header, header};
}

Column group_column(const std::string& header, std::size_t index, bool named) {
  if (!named) return {ColumnKind::attribute, "group", header};
  Column column = other_column(header, index);
  column.kind = ColumnKind::attribute;
  return column;
}

void require_distinct(const Columns& columns, const Where& where) {
  std::set<std::pair<ColumnKind, std::string>> seen;
  for (const Column& column : columns.columns) {
    if (column.kind == ColumnKind::text || column.kind == ColumnKind::label) continue;
    if (!seen.emplace(column.kind, column.name).second) {
      throw Error(ErrorKind::data, cat("two columns are named '", column.name, "'"), where,
                  "rename one, or use --header no if the first row is data");
    }
  }
}

}  // namespace

std::optional<std::size_t> column_number(std::string_view column) {
  std::size_t number = 0;
  const auto result = std::from_chars(column.data(), column.data() + column.size(), number);
  if (result.ec != std::errc() || result.ptr != column.data() + column.size() || number == 0)
    return std::nullopt;
  return number - 1;
}

std::string unnamed_column(std::size_t index) {
  return cat("column", index + 1);
}

Columns columns_of_row(const std::vector<std::string_view>& first, const FormatOptions& options,
                       const Where& where) {
  const std::vector<std::string> names = copied(first);
  Columns found{.header = has_header(names, options), .columns = {}};
  for (std::size_t i = 0; i < names.size(); ++i)
    found.columns.push_back(other_column(found.header ? names[i] : "", i));

  Finder finder(names, found.header, where);
  auto text = finder.find_given(options.text_column, "text-column");
  auto label = finder.find_given(options.label_column, "label-column");
  const auto group = finder.find_given(options.group_column, "group-column");
  if (!text) text = finder.default_text_column();
  if (!label) label = finder.default_label_column();
  found.columns[*text].kind = ColumnKind::text;
  if (label) found.columns[*label].kind = ColumnKind::label;
  if (group) found.columns[*group] = group_column(names[*group], *group, found.header);
  require_distinct(found, where);
  return found;
}

}  // namespace inkling
