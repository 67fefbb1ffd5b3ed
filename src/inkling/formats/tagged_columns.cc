#include "inkling/formats/tagged_columns.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "inkling/base/interrupt.h"
#include "inkling/base/strings.h"
#include "inkling/formats/column_names.h"
#include "inkling/formats/column_sentences.h"
#include "inkling/formats/holding.h"
#include "inkling/formats/tag_schemes.h"
#include "inkling/formats/token_text.h"

namespace inkling {
namespace {

constexpr const char* kToken = "token";
constexpr const char* kTag = "tag";
constexpr std::string_view kDocumentBorder = "-DOCSTART-";

/// Which column is what.
struct Layout {
  std::vector<std::string> names;
  std::size_t token = 0;
  std::size_t tag = 0;
};

/// The column that was asked for by name or number, else the one called `usual`, else
/// `last_resort`.
std::size_t column_of(const std::string& asked, const char* option, const char* usual,
                      std::size_t last_resort, const std::vector<std::string>& names,
                      const Where& where) {
  const std::string& name = asked.empty() ? usual : asked;
  const auto found = std::find(names.begin(), names.end(), name);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  if (asked.empty()) return last_resort;
  std::size_t number = 0;
  const auto parsed = std::from_chars(asked.data(), asked.data() + asked.size(), number);
  const bool is_number = parsed.ec == std::errc() && parsed.ptr == asked.data() + asked.size();
  if (is_number && number >= 1 && number <= names.size()) return number - 1;
  throw unknown_column(asked, names, option, where);
}

/// @param width  how many columns there are
Layout layout_of(std::size_t width, const FormatOptions& options, const Where& where) {
  if (options.columns.size() == 1) {
    throw Error(ErrorKind::usage, "--columns names one column: there are tokens and tags",
                {.file = where.file, .field = "columns"}, "name them all, as in token,pos,tag");
  }
  if (width < 2) {
    throw Error(ErrorKind::data, cat("the line has ", width, " column: a token without a tag"),
                where, "a line is a token, its tag and what else there is; see --separator");
  }
  Layout layout;
  layout.names = options.columns;
  if (layout.names.empty()) {
    for (std::size_t i = 1; i <= width; ++i) layout.names.push_back(cat("column", i));
  } else if (layout.names.size() != width) {
    throw Error(
        ErrorKind::data,
        cat("the line has ", width, " columns, where --columns names ", layout.names.size()), where,
        "name every column, or see --separator");
  }
  const Where usage{.file = where.file};
  for (std::size_t i = 0; i < width; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (layout.names[i] == layout.names[j]) {
        throw Error(ErrorKind::usage, cat("two columns would be named '", layout.names[i], "'"),
                    {.file = where.file, .field = "columns"});
      }
    }
  }
  layout.token = column_of(options.token_column, "token-column", kToken, 0, layout.names, usage);
  layout.tag = column_of(options.tag_column, "tag-column", kTag, width - 1, layout.names, usage);
  if (layout.token == layout.tag) {
    throw Error(ErrorKind::usage, "one column would be both token and tag",
                {.file = where.file, .field = layout.names[layout.tag]},
                "name both with --token-column and --tag-column");
  }
  return layout;
}

/// A sentence whose tags wait until the scheme of the file is known.
struct TaggedSentence {
  std::vector<std::string> tags;
  std::vector<std::int64_t> lines;
};

class TaggedReader {
 public:
  TaggedReader(const Source& source, const FormatOptions& options)
      : reader_(source, options), options_(options) {}

  std::vector<Example> run() {
    while (reader_.next()) {
      check_interrupt();
      read_sentence();
    }
    const TagScheme scheme = tag_scheme_named(options_.tag_scheme).value_or(guess_.scheme());
    for (std::size_t i = 0; i < examples_.size(); ++i) read_tags(i, scheme);
    return std::move(examples_);
  }

 private:
  void read_sentence() {
    const auto& rows = reader_.rows();
    if (!layout_) layout_ = layout_of(rows.front().cells.size(), options_, reader_.where());
    for (const ColumnRow& row : rows) {
      if (row.cells.size() == layout_->names.size()) continue;
      throw Error(
          ErrorKind::data,
          cat("the line has ", row.cells.size(), " columns, the first has ", layout_->names.size()),
          reader_.where(row.line, "columns"),
          "a token without a tag, or an empty line is missing; see --separator");
    }
    const auto words = column_cells(reader_, layout_->token, kToken);
    if (words.size() == 1 && words.front() == kDocumentBorder) return;
    Example& example = examples_.emplace_back();
    set_sentence(example, reader_, words);
    if (!options_.group_column.empty()) {
      if (auto group = example.metadata.extract(options_.group_column))
        example.attributes.insert(std::move(group));
    }
    TaggedSentence& sentence = sentences_.emplace_back();
    sentence.tags = column_cells(reader_, layout_->tag, kTag);
    for (const std::string& tag : sentence.tags) guess_.see(tag);
    for (const ColumnRow& row : rows) sentence.lines.push_back(row.line);
    for (std::size_t column = 0; column < layout_->names.size(); ++column) {
      if (column == layout_->token || column == layout_->tag) continue;
      auto& values = example.token_columns[layout_->names[column]];
      for (const ColumnRow& row : rows) values.emplace_back(row.cells[column]);
    }
  }

  void read_tags(std::size_t index, TagScheme scheme) {
    const TaggedSentence& sentence = sentences_[index];
    auto read = spans_of_tags(sentence.tags, scheme, options_.broken_tags == "repair");
    if (read.broken) {
      throw Error(ErrorKind::data, read.broken->message,
                  {examples_[index].origin.file, sentence.lines[read.broken->token], kTag},
                  "correct it, choose --tag-scheme, or read on with --broken-tags repair");
    }
    examples_[index].spans = std::move(read.spans);
  }

  ColumnReader reader_;
  const FormatOptions& options_;
  std::optional<Layout> layout_;
  TagSchemeGuess guess_;
  std::vector<Example> examples_;
  std::vector<TaggedSentence> sentences_;
};

/// @throws cannot_hold for token columns that have no place in the layout, or are none of it
void require_columns(const Held& held, const Layout& layout) {
  const auto& columns = held.example.token_columns;
  for (std::size_t i = 0; i < layout.names.size(); ++i) {
    if (i == layout.token || i == layout.tag || columns.contains(layout.names[i])) continue;
    throw held.cannot_hold(cat("an example without the token column '", layout.names[i], "'"),
                           layout.names[i], "name the columns that there are with --columns");
  }
  for (const auto& [name, values] : columns) {
    const auto found = std::find(layout.names.begin(), layout.names.end(), name);
    const auto at = static_cast<std::size_t>(found - layout.names.begin());
    if (found != layout.names.end() && at != layout.token && at != layout.tag) continue;
    throw held.cannot_hold(
        cat("the token column '", name, "'"), name,
        cat("name the columns in order: --columns ", kToken, ",", name, ",", kTag));
  }
}

std::string sentence_lines(const Held& held, const Layout& layout, TagScheme scheme,
                           const FormatOptions& options) {
  held.require_only({"tokens", "spans", "token_columns"});
  if (held.example.label) throw held.cannot_hold("a label", "label");
  held.require_words();
  require_columns(held, layout);
  std::map<std::string, std::string> metadata = held.example.metadata;
  for (const auto& [name, value] : held.example.attributes) {
    if (name != options.group_column || !metadata.emplace(name, value).second) {
      throw held.cannot_hold(cat("the attribute '", name, "'"), name,
                             cat("--group-column ", name, " makes a comment of it"));
    }
  }
  if (!options.group_column.empty() && held.example.metadata.contains(options.group_column))
    throw held.cannot_hold("metadata named as the group", options.group_column);
  const auto words = token_texts(held.example);
  if (words.size() == 1 && words.front() == kDocumentBorder)
    throw held.cannot_hold(cat("the token ", kDocumentBorder, " alone"), "tokens");
  auto made = tags_of_spans(held.example.spans, words.size(), scheme);
  if (!made.fault.empty()) {
    throw held.cannot_hold(made.fault, "spans", cat("a token has one tag of ", to_string(scheme)));
  }
  std::vector<std::vector<std::string>> columns(layout.names.size());
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i == layout.token)
      columns[i] = words;
    else if (i == layout.tag)
      columns[i] = std::move(made.tags);
    else
      columns[i] = held.example.token_columns.at(layout.names[i]);
  }
  return comment_lines(held, metadata, options) + row_lines(held, columns, layout.names, options);
}

class TaggedColumns : public Format {
 public:
  explicit TaggedColumns(TaggedShape shape) : shape_(std::move(shape)) {}

  std::string_view name() const override { return shape_.format; }
  std::string_view summary() const override { return shape_.summary; }
  int recognise(const std::filesystem::path& path, std::string_view head) const override {
    return shape_.recognise(path, head);
  }

  std::vector<Example> read(const Source& source, const FormatOptions& options) const override {
    const FormatOptions used = shape_.fixed(options);
    return TaggedReader(source, used).run();
  }

  std::vector<OutputFile> write(const Dataset& dataset,
                                const FormatOptions& options) const override {
    const FormatOptions used = shape_.fixed(options);
    const TagScheme scheme = tag_scheme_named(used.tag_scheme).value_or(TagScheme::bio);
    const std::size_t width = used.columns.empty()
                                  ? dataset.examples.front().token_columns.size() + 2
                                  : used.columns.size();
    const Layout layout = layout_of(width, used, {});
    std::string bytes;
    for_each_held(dataset, name(),
                  [&](const Held& held) { bytes += sentence_lines(held, layout, scheme, used); });
    return {{"", std::move(bytes)}};
  }

 private:
  TaggedShape shape_;
};

}  // namespace

std::unique_ptr<Format> tagged_columns_format(TaggedShape shape) {
  return std::make_unique<TaggedColumns>(std::move(shape));
}

std::vector<std::vector<std::string_view>> rows_of_head(std::string_view head) {
  constexpr std::size_t kMost = 50;
  std::vector<std::vector<std::string_view>> rows;
  auto lines = split(head, '\n');
  if (!head.ends_with('\n') && lines.size() > 1) lines.pop_back();  // may be cut
  for (std::string_view line : lines) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (trim(line).empty() || (line.starts_with('#') && line.find('\t') == line.npos)) continue;
    std::vector<std::string_view> cells;
    if (line.find('\t') != std::string_view::npos) {
      cells = split(line, '\t');
    } else {
      for (const std::string_view cell : split(line, ' ')) {
        if (!cell.empty()) cells.push_back(cell);
      }
    }
    rows.push_back(std::move(cells));
    if (rows.size() == kMost) break;
  }
  return rows;
}

}  // namespace inkling
