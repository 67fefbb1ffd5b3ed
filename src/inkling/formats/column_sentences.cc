#include "inkling/formats/column_sentences.h"

#include <algorithm>
#include <optional>

#include "inkling/base/strings.h"
#include "inkling/formats/json.h"
#include "inkling/formats/token_text.h"

namespace inkling {
namespace {

constexpr std::string_view kCommentMark = "# ";
constexpr std::string_view kEquals = " = ";
constexpr std::string_view kBlanks = " \t";
constexpr const char* kText = "text";
constexpr const char* kJsonText = "text_json";

bool is_blank(std::string_view line) {
  return line.find_first_not_of(kBlanks) == std::string_view::npos;
}

/// Whether a tab stands between other characters.
bool has_inner_tab(std::string_view line) {
  const std::size_t first = line.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return false;
  const std::size_t tab = line.find('\t', first);
  return tab != std::string_view::npos && tab < line.find_last_not_of(kBlanks);
}

bool is_by_tabs(const Source& source, const FormatOptions& options) {
  if (options.separator != "auto") return options.separator == "tab";
  for (LineScanner lines(source, options); lines.next();) {
    if (has_inner_tab(lines.text())) return true;
  }
  return false;
}

struct Comment {
  std::string_view key;  ///< empty where it has none
  std::string_view value;
};

/// `line` as a comment, where it is one.
std::optional<Comment> comment_of(std::string_view line, bool by_tabs) {
  if (!line.starts_with(kCommentMark) || line.find('\t') != std::string_view::npos)
    return std::nullopt;
  line.remove_prefix(kCommentMark.size());
  const std::size_t equals = line.find(kEquals);
  const std::string_view key = line.substr(0, std::min(equals, line.size()));
  const bool named =
      equals != std::string_view::npos && !key.empty() && key.find(' ') == std::string_view::npos;
  if (named) return Comment{key, line.substr(equals + kEquals.size())};
  if (by_tabs) return Comment{{}, line};
  return std::nullopt;
}

std::vector<std::string_view> cells_of(std::string_view line, bool by_tabs) {
  if (by_tabs) return split(line, '\t');
  std::vector<std::string_view> cells;
  for (std::size_t at = line.find_first_not_of(kBlanks); at != std::string_view::npos;) {
    const std::size_t end = std::min(line.find_first_of(kBlanks, at), line.size());
    cells.push_back(line.substr(at, end - at));
    at = line.find_first_not_of(kBlanks, end);
  }
  return cells;
}

std::string parse_json_text(const std::string& json, const Where& where) {
  JsonParser parser;
  return text_of(parser.parse(json, where, "text_json is a JSON string"), where);
}

void add_comment(const Held& held, const std::string& key, const std::string& value,
                 std::string& lines) {
  held.require_one_line(value, "\t", key);
  const std::string line = cat(kCommentMark, key, kEquals, value);
  const auto comment = comment_of(line, true);
  if (!comment || comment->key != key || key == kFreeComment)
    throw held.cannot_hold(cat("metadata named '", key, "'"), key);
  lines += line;
  lines += '\n';
}

void add_free_comments(const Held& held, const std::string& text, bool by_tabs,
                       std::string& lines) {
  for (const std::string_view part : split(text, '\n')) {
    held.require_one_line(part, "\t", kFreeComment);
    const std::string line = cat(kCommentMark, part);
    const auto comment = comment_of(line, by_tabs);
    if (!comment || !comment->key.empty())
      throw held.cannot_hold(cat("the comment '", part, "'"), kFreeComment);
    lines += line;
    lines += '\n';
  }
}

}  // namespace

ColumnReader::ColumnReader(const Source& source, const FormatOptions& options)
    : lines_(source, options),
      limit_(options.max_record_bytes),
      by_tabs_(is_by_tabs(source, options)) {}

void ColumnReader::read_comment(std::string_view line) {
  const Comment comment = *comment_of(line, by_tabs_);
  const std::string key(comment.key.empty() ? kFreeComment : comment.key);
  const auto [found, is_new] = comments_.try_emplace(key, comment.value);
  if (is_new) return;
  if (key != kFreeComment) {
    throw Error(ErrorKind::data, "the comment is there twice before one sentence",
                lines_.where(key), "remove one, or put an empty line between sentences");
  }
  found->second += cat("\n", comment.value);
}

bool ColumnReader::next() {
  rows_.clear();
  comments_.clear();
  std::int64_t bytes = 0;
  while (lines_.next()) {
    const std::string_view line = lines_.text();
    bytes += static_cast<std::int64_t>(line.size());
    if (bytes > limit_) throw too_long(limit_, lines_.where());
    if (is_blank(line)) {
      if (!rows_.empty()) return true;
    } else if (line.starts_with("#begin document") || line.starts_with("#end document")) {
      if (!rows_.empty()) return true;
    } else if (rows_.empty() && comment_of(line, by_tabs_)) {
      read_comment(line);
    } else {
      rows_.push_back({lines_.number(), cells_of(line, by_tabs_)});
    }
  }
  return !rows_.empty();
}

std::vector<std::string> column_cells(const ColumnReader& reader, std::size_t column,
                                      const std::string& field) {
  std::vector<std::string> cells;
  cells.reserve(reader.rows().size());
  for (const ColumnRow& row : reader.rows()) {
    const std::string_view cell = row.cells[column];
    if (cell.empty()) {
      throw Error(ErrorKind::data, cat("column ", column + 1, " is empty"),
                  reader.where(row.line, field), "every token needs a value in it");
    }
    cells.emplace_back(cell);
  }
  return cells;
}

void set_sentence(Example& example, const ColumnReader& reader,
                  const std::vector<std::string>& words) {
  const Where first = reader.where();
  example.origin = {first.file, first.line};
  example.metadata = reader.comments();
  auto text = example.metadata.extract(kText);
  const auto json = example.metadata.extract(kJsonText);
  if (json) {
    if (text) {
      throw Error(ErrorKind::data, "text and text_json are both there", reader.where(kText),
                  "remove one of the two");
    }
    set_words(example, words, parse_json_text(json.mapped(), reader.where(kJsonText)),
              reader.where(kJsonText));
  } else if (text) {
    set_words(example, words, std::move(text.mapped()), reader.where(kText));
  } else {
    set_words(example, words);
  }
}

std::string comment_lines(const Held& held, const std::map<std::string, std::string>& metadata,
                          const FormatOptions& options) {
  std::string lines;
  for (const auto& [key, value] : metadata) {
    if (key == kText || key == kJsonText)
      throw held.cannot_hold(cat("metadata named '", key, "'"), key);
    if (key == kFreeComment)
      add_free_comments(held, value, options.separator != "space", lines);
    else
      add_comment(held, key, value, lines);
  }
  const Example& example = held.example;
  if (!stands_apart(held)) return lines;
  const bool one_line =
      example.text.find_first_of("\n\t") == std::string::npos && !example.text.ends_with('\r');
  if (one_line)
    add_comment(held, kText, example.text, lines);
  else
    add_comment(held, kJsonText, json_string(example.text), lines);
  return lines;
}

std::string row_lines(const Held& held, const std::vector<std::vector<std::string>>& columns,
                      const std::vector<std::string>& names, const FormatOptions& options) {
  const bool by_tabs = options.separator != "space";
  std::string lines;
  for (std::size_t row = 0; row < columns.front().size(); ++row) {
    std::string line;
    for (std::size_t column = 0; column < columns.size(); ++column) {
      const std::string& cell = columns[column][row];
      held.require_one_line(cell, by_tabs ? "\t" : "\t ", names[column]);
      if (cell.empty() && !by_tabs) throw held.cannot_hold("an empty value", names[column]);
      if (column > 0) line += by_tabs ? '\t' : ' ';
      line += cell;
    }
    const bool is_row = !is_blank(line) && !line.starts_with("#begin document") &&
                        !line.starts_with("#end document") &&
                        (row > 0 || !comment_of(line, by_tabs)) &&
                        (options.separator != "auto" || has_inner_tab(line));
    if (!is_row) throw held.cannot_hold(cat("a row '", line, "'"), names.front());
    lines += line;
    lines += '\n';
  }
  lines += '\n';
  return lines;
}

}  // namespace inkling
