#include "inkling/formats/table_reader.h"

#include <algorithm>

#include "inkling/base/strings.h"
#include "inkling/formats/lines.h"

namespace inkling {

TableReader::TableReader(const Source& source, const FormatOptions& options, char separator,
                         bool quoted)
    : file_(source.path.string()),
      rest_(source.bytes),
      limit_(static_cast<std::size_t>(options.max_record_bytes)),
      separator_(separator),
      quoted_(quoted) {}

bool TableReader::next() {
  cells_.clear();
  unquoted_.clear();
  while (!rest_.empty()) {
    line_ = next_line_;
    const std::size_t end = rest_.find('\n');
    std::string_view line = rest_.substr(0, end);
    const std::size_t size = line.size() + (end == std::string_view::npos ? 0 : 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) {
      advance(size);
      continue;
    }
    if (quoted_ && line.find('"') != std::string_view::npos) {
      quoted_row();
      return true;
    }
    if (line.size() > limit_) throw too_long(static_cast<std::int64_t>(limit_), where());
    split_line(line);
    advance(size);
    return true;
  }
  return false;
}

void TableReader::split_line(std::string_view line) {
  for (;;) {
    const std::size_t end = line.find(separator_);
    cells_.push_back(line.substr(0, end));
    if (end == std::string_view::npos) return;
    line.remove_prefix(end + 1);
  }
}

void TableReader::quoted_row() {
  std::size_t place = 0;
  for (;;) {
    const bool quoted = place < rest_.size() && rest_[place] == '"';
    place = quoted ? quoted_cell(place) : plain_cell(place);
    if (place > limit_) throw too_long(static_cast<std::int64_t>(limit_), where());
    if (at_end_of_row(place)) break;
    ++place;  // the separator
  }
  const std::size_t end = rest_.find('\n', place);
  advance(end == std::string_view::npos ? rest_.size() : end + 1);
}

/// @return  the place after the closing quote
std::size_t TableReader::quoted_cell(std::size_t begin) {
  std::size_t from = begin + 1;
  std::string* joined = nullptr;
  for (;;) {
    const std::size_t quote = rest_.find('"', from);
    if (quote == std::string_view::npos)
      fail("the quote is not closed", begin, "close it, or read with --quote none");
    const std::string_view piece = rest_.substr(from, quote - from);
    const bool doubled = quote + 1 < rest_.size() && rest_[quote + 1] == '"';
    if (doubled && joined == nullptr) joined = &unquoted_.emplace_back();
    if (joined != nullptr) joined->append(piece);
    if (doubled) {
      joined->push_back('"');
      from = quote + 2;
      continue;
    }
    cells_.push_back(joined != nullptr ? std::string_view(*joined) : piece);
    const std::size_t after = quote + 1;
    if (!at_end_of_row(after) && rest_[after] != separator_) {
      fail("text follows a closing quote", after,
           "double a quote that is part of the text, or read with --quote none");
    }
    return after;
  }
}

std::size_t TableReader::plain_cell(std::size_t begin) {
  std::size_t end = begin;
  while (!at_end_of_row(end) && rest_[end] != separator_) ++end;
  cells_.push_back(rest_.substr(begin, end - begin));
  return end;
}

bool TableReader::at_end_of_row(std::size_t place) const {
  if (place >= rest_.size() || rest_[place] == '\n') return true;
  return rest_[place] == '\r' && (place + 1 == rest_.size() || rest_[place + 1] == '\n');
}

void TableReader::advance(std::size_t size) {
  next_line_ += std::count(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(size), '\n');
  rest_.remove_prefix(size);
}

void TableReader::fail(const std::string& message, std::size_t place, std::string hint) const {
  const std::string_view before = rest_.substr(0, place);
  const std::size_t break_at = before.rfind('\n');
  const std::string_view line =
      before.substr(break_at == std::string_view::npos ? 0 : break_at + 1);
  const auto is_character = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  const auto column = std::count_if(line.begin(), line.end(), is_character) + 1;
  const std::int64_t number = line_ + std::count(before.begin(), before.end(), '\n');
  throw Error(ErrorKind::data, cat(message, " at character ", column),
              {.file = file_, .line = number}, std::move(hint));
}

}  // namespace inkling
