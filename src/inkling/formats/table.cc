#include "inkling/formats/table.h"

#include <algorithm>
#include <utility>

#include "inkling/base/strings.h"
#include "inkling/formats/column_names.h"
#include "inkling/formats/holding.h"
#include "inkling/formats/source.h"
#include "inkling/formats/table_columns.h"
#include "inkling/formats/table_reader.h"

namespace inkling {
namespace {

bool is_quoted(const FormatOptions& options, const TableShape& shape) {
  return options.quote == "auto" ? shape.quoted_by_default : options.quote == "rfc4180";
}

void require_cells(const TableReader& reader, std::size_t expected) {
  const std::size_t cells = reader.cells().size();
  if (cells == expected) return;
  throw Error(ErrorKind::data, cat("the row has ", cells, " cells, the first row ", expected),
              reader.where(),
              cells > expected ? "quote a text that holds the separator, or check --quote"
                               : "check for a missing separator, or --quote");
}

Example example_of(const std::vector<std::string_view>& cells, const Columns& columns) {
  Example example;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const Column& column = columns.columns[i];
    const std::string_view cell = cells[i];
    if (column.kind == ColumnKind::text)
      example.text = cell;
    else if (cell.empty())
      continue;
    else if (column.kind == ColumnKind::label)
      example.label = cell;
    else if (column.kind == ColumnKind::attribute)
      example.attributes.emplace(column.name, cell);
    else
      example.metadata.emplace(column.name, cell);
  }
  return example;
}

class TableWriter {
 public:
  TableWriter(const FormatOptions& options, const TableShape& shape)
      : shape_(shape),
        quoted_(is_quoted(options, shape)),
        forbidden_(quoted_ ? "" : std::string(1, shape.separator)),
        special_({'"', '\n', '\r', shape.separator}) {}

  void header(const Dataset& dataset, const Columns& columns) {
    const Held first{dataset.examples.front(), 1, shape_.format};
    for (std::size_t i = 0; i < columns.columns.size(); ++i)
      cell(first, columns.columns[i].header, "header", i);
    end_row(first, columns);
  }

  void row(const Held& held, const Columns& columns) {
    held.require_plain();
    for (std::size_t i = 0; i < columns.columns.size(); ++i) {
      const Column& column = columns.columns[i];
      cell(held, value(held, column), field(column), i);
    }
    end_row(held, columns);
  }

  std::string take() { return std::move(out_); }

 private:
  static std::string field(const Column& column) {
    if (column.kind == ColumnKind::text) return "text";
    return column.kind == ColumnKind::label ? "label" : column.name;
  }

  /// An absent value is written as nothing, so that an empty one has no place.
  static std::string_view value(const Held& held, const Column& column) {
    const Example& example = held.example;
    const auto present = [&](const std::string& text, const std::string& name) {
      if (text.empty()) throw held.cannot_hold("an empty value", name);
      return std::string_view(text);
    };
    switch (column.kind) {
      case ColumnKind::none:
        break;
      case ColumnKind::text:
        return example.text;
      case ColumnKind::label:
        if (example.label) return present(*example.label, "label");
        break;
      case ColumnKind::attribute:
      case ColumnKind::metadata: {
        const auto& values =
            column.kind == ColumnKind::attribute ? example.attributes : example.metadata;
        const auto found = values.find(column.name);
        if (found != values.end()) return present(found->second, column.name);
        break;
      }
    }
    return {};
  }

  void cell(const Held& held, std::string_view text, const std::string& field, std::size_t index) {
    if (index > 0) out_ += shape_.separator;
    if (!quoted_) {
      held.require_one_line(text, forbidden_, field);
      out_ += text;
    } else if (text.find_first_of(special_) == std::string_view::npos) {
      out_ += text;
    } else {
      out_ += '"';
      for (const char c : text) out_.append(c == '"' ? 2 : 1, c);
      out_ += '"';
    }
  }

  /// A row without any character would be skipped as an empty line.
  void end_row(const Held& held, const Columns& columns) {
    if (columns.columns.size() == 1 && out_.size() == row_) {
      if (!quoted_) throw held.cannot_hold("an empty text alone in its row", "text");
      out_ += "\"\"";
    }
    out_ += '\n';
    row_ = out_.size();
  }

  const TableShape& shape_;
  bool quoted_;
  std::string forbidden_;
  std::string special_;
  std::string out_;
  std::size_t row_ = 0;  ///< where the row begins
};

}  // namespace

std::vector<Example> read_table(const Source& source, const FormatOptions& options,
                                const TableShape& shape) {
  TableReader reader(source, options, shape.separator, is_quoted(options, shape));
  std::vector<Example> examples;
  if (!reader.next()) return examples;
  const Columns columns = columns_of_row(reader.cells(), options, reader.where());
  const std::string file = source.path.string();
  bool more = columns.header ? reader.next() : true;
  for (; more; more = reader.next()) {
    require_cells(reader, columns.columns.size());
    examples.push_back(example_of(reader.cells(), columns));
    examples.back().origin = {file, reader.line()};
  }
  return examples;
}

std::string write_table(const Dataset& dataset, const FormatOptions& options,
                        const TableShape& shape) {
  const Columns columns = columns_of_dataset(dataset, options, shape.format);
  TableWriter writer(options, shape);
  if (columns.header) writer.header(dataset, columns);
  for_each_held(dataset, shape.format, [&](const Held& held) { writer.row(held, columns); });
  return writer.take();
}

namespace {

class TableFormat : public Format {
 public:
  explicit TableFormat(const TableShape& shape) : shape_(shape) {}

  std::string_view name() const override { return shape_.format; }
  std::string_view summary() const override { return shape_.summary; }

  /// By its name, or by the names in its first row.
  int recognise(const std::filesystem::path& path, std::string_view head) const override {
    constexpr int kByName = 70;
    constexpr int kByHeader = 50;
    if (path.extension() == cat(".", shape_.format)) return kByName;
    const std::string_view row = trim(head.substr(0, head.find('\n')));
    if (row.find(shape_.separator) == std::string_view::npos) return 0;
    const auto cells = split(row, shape_.separator);
    return std::any_of(cells.begin(), cells.end(), is_default_name) ? kByHeader : 0;
  }

  std::vector<Example> read(const Source& source, const FormatOptions& options) const override {
    return read_table(source, options, shape_);
  }

  std::vector<OutputFile> write(const Dataset& dataset,
                                const FormatOptions& options) const override {
    return {{"", write_table(dataset, options, shape_)}};
  }

 private:
  TableShape shape_;
};

}  // namespace

std::unique_ptr<Format> table_format(const TableShape& shape) {
  return std::make_unique<TableFormat>(shape);
}

}  // namespace inkling
