#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "inkling/base/strings.h"
#include "inkling/formats/column_names.h"
#include "inkling/formats/holding.h"
#include "inkling/formats/table_columns.h"

namespace inkling {
namespace {

constexpr std::size_t kMostColumns = 10'000;

/// Columns at places that options or names ask for, the others in the places that are left.
class Layout {
 public:
  explicit Layout(std::string_view format) : format_(format) {}

  void place(std::size_t index, Column column) {
    if (index >= kMostColumns) {
      throw Error(ErrorKind::usage, cat("column ", index + 1, " is too far to the right"), {},
                  cat("a table is written with at most ", kMostColumns, " columns"));
    }
    if (!fixed_.emplace(index, std::move(column)).second) {
      throw Error(ErrorKind::usage, cat("two values would stand in column ", index + 1),
                  {.field = std::string(format_)}, "give each column a number of its own");
    }
  }
  void append(Column column) { free_.push_back(std::move(column)); }

  std::vector<Column> take() {
    std::vector<Column> columns;
    for (auto next = free_.begin(); next != free_.end() || !fixed_.empty();) {
      const auto fixed = fixed_.find(columns.size());
      if (fixed != fixed_.end()) {
        columns.push_back(std::move(fixed->second));
        fixed_.erase(fixed);
      } else if (next != free_.end()) {
        columns.push_back(std::move(*next++));
      } else {
        columns.emplace_back();
      }
    }
    return columns;
  }

 private:
  std::string_view format_;
  std::map<std::size_t, Column> fixed_;
  std::vector<Column> free_;
};

struct Names {
  bool labels = false;
  std::set<std::string> attributes;
  std::set<std::string> metadata;
};

Names names_of(const Dataset& dataset) {
  Names names;
  for (const Example& example : dataset.examples) {
    names.labels |= example.label.has_value();
    for (const auto& [name, value] : example.attributes) names.attributes.insert(name);
    for (const auto& [name, value] : example.metadata) names.metadata.insert(name);
  }
  return names;
}

/// The first example that has `name` among `values`, for the error that it cannot be held.
Error no_place(const Dataset& dataset, std::string_view format, const std::string& name,
               std::map<std::string, std::string> Example::* values, const std::string& kind) {
  std::int64_t number = 0;
  for (const Example& example : dataset.examples) {
    ++number;
    if ((example.*values).contains(name)) {
      return Held{example, number, format}.cannot_hold(cat(kind, " '", name, "' without a header"),
                                                       name, "write a header with --header yes");
    }
  }
  return Error(ErrorKind::internal, cat("no example has ", name));
}

/// True where a header that is just `name` would be read as something else.
bool needs_prefix(const std::string& name, const FormatOptions& options) {
  return name.empty() || column_number(name) || is_default_name(name) ||
         name.starts_with(kAttributePrefix) || name.starts_with(kMetadataPrefix) ||
         name.starts_with("column") || name == options.text_column ||
         name == options.label_column || name == options.group_column;
}

std::string stripped(const std::string& header) {
  return header.starts_with(kAttributePrefix)  ? header.substr(kAttributePrefix.size())
         : header.starts_with(kMetadataPrefix) ? header.substr(kMetadataPrefix.size())
                                               : header;
}

/// The attribute that stands in the group's column, where that is given by number below a header.
std::string only_attribute(const Names& names) {
  if (names.attributes.contains("group") || names.attributes.empty()) return "group";
  if (names.attributes.size() == 1) return *names.attributes.begin();
  throw Error(
      ErrorKind::usage, "which attribute is the group?", {.field = "group-column"},
      cat("name it with --group-column: ",
          join(std::vector<std::string>(names.attributes.begin(), names.attributes.end()), ", ")));
}

void named_column(Layout& layout, ColumnKind kind, const std::string& option,
                  const std::string& name) {
  if (option.empty())
    layout.append({kind, "", name});
  else if (const auto number = column_number(option))
    layout.place(*number, {kind, "", name});
  else
    layout.append({kind, "", option});
}

std::vector<Column> with_header(const Names& names, const FormatOptions& options,
                                std::string_view format) {
  Layout layout(format);
  named_column(layout, ColumnKind::text, options.text_column, "text");
  if (names.labels || !options.label_column.empty())
    named_column(layout, ColumnKind::label, options.label_column, "label");
  std::string group;
  if (!options.group_column.empty()) {
    const auto number = column_number(options.group_column);
    group = number ? only_attribute(names) : stripped(options.group_column);
    const std::string header = number ? cat(kAttributePrefix, group) : options.group_column;
    const Column column = {ColumnKind::attribute, group, header};
    if (number)
      layout.place(*number, column);
    else
      layout.append(column);
  }
  for (const std::string& name : names.attributes) {
    if (options.group_column.empty() || name != group)
      layout.append({ColumnKind::attribute, name, cat(kAttributePrefix, name)});
  }
  for (const std::string& name : names.metadata) {
    layout.append({ColumnKind::metadata, name,
                   needs_prefix(name, options) ? cat(kMetadataPrefix, name) : name});
  }
  return layout.take();
}

std::size_t required_number(const std::string& column, const std::string& option) {
  if (const auto number = column_number(column)) return *number;
  throw Error(ErrorKind::usage, cat("--", option, " must be a number where there is no header"),
              {.field = option}, "columns count from 1");
}

std::vector<Column> without_header(const Dataset& dataset, const Names& names,
                                   const FormatOptions& options, std::string_view format) {
  Layout layout(format);
  const std::string text = options.text_column.empty() ? "1" : options.text_column;
  layout.place(required_number(text, "text-column"), {ColumnKind::text, "", ""});
  if (names.labels || !options.label_column.empty())
    layout.place(required_number(options.label_column, "label-column"),
                 {ColumnKind::label, "", ""});
  if (!options.group_column.empty())
    layout.place(required_number(options.group_column, "group-column"),
                 {ColumnKind::attribute, "group", ""});
  for (const std::string& name : names.attributes) {
    if (name != "group" || options.group_column.empty())
      throw no_place(dataset, format, name, &Example::attributes, "the attribute");
  }
  for (const std::string& name : names.metadata) {
    const auto number = name.starts_with("column") ? column_number(name.substr(6)) : std::nullopt;
    if (!number || unnamed_column(*number) != name)
      throw no_place(dataset, format, name, &Example::metadata, "the metadata");
    layout.place(*number, {ColumnKind::metadata, name, ""});
  }
  std::vector<Column> columns = layout.take();
  if (columns.size() > 1 && options.text_column.empty()) {
    throw Error(ErrorKind::usage, "which column is the text?", {.field = "text-column"},
                "without a header, give --text-column a number");
  }
  return columns;
}

}  // namespace

Columns columns_of_dataset(const Dataset& dataset, const FormatOptions& options,
                           std::string_view format) {
  const Names names = names_of(dataset);
  Columns columns{.header = options.header != "no", .columns = {}};
  columns.columns = columns.header ? with_header(names, options, format)
                                   : without_header(dataset, names, options, format);
  std::set<std::string> headers;
  for (const Column& column : columns.columns) {
    if (columns.header && column.kind != ColumnKind::none && !headers.insert(column.header).second)
      throw Error(ErrorKind::usage, cat("two columns would be named '", column.header, "'"),
                  {.field = column.header}, "choose other names for the columns");
  }
  return columns;
}

}  // namespace inkling
