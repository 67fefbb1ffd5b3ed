#include "inkling/formats/frame_columns.h"

#include <algorithm>

#include "inkling/base/strings.h"
#include "inkling/data/structure.h"
#include "inkling/formats/bracket_columns.h"

namespace inkling {
namespace {

constexpr const char* kGenre = "genre";

bool is_understood(const Span& argument, std::int64_t predicate) {
  return argument == Span{predicate, predicate + 1, kVerb};
}

}  // namespace

std::vector<std::string> cells_at(const ColumnReader& reader, std::size_t column) {
  std::vector<std::string> cells;
  cells.reserve(reader.rows().size());
  for (const ColumnRow& row : reader.rows()) cells.emplace_back(row.cells[column]);
  return cells;
}

std::vector<Span> spans_of_column(const ColumnReader& reader, std::size_t column,
                                  const std::string& field) {
  auto read = spans_of_brackets(cells_at(reader, column));
  if (read.fault) {
    throw Error(ErrorKind::data, cat("column ", column + 1, ": ", read.fault->message),
                reader.where(reader.rows()[read.fault->row].line, field),
                "every bracket is closed within its sentence: (LABEL* ... *)");
  }
  return std::move(read.spans);
}

std::vector<Frame> frames_of_columns(const ColumnReader& reader,
                                     const std::vector<std::string>& senses, std::size_t first) {
  std::vector<Frame> frames;
  for (std::size_t token = 0; token < senses.size(); ++token) {
    if (senses[token] == kNoValue) continue;
    Frame& frame = frames.emplace_back();
    frame.predicate = static_cast<std::int64_t>(token);
    frame.sense = senses[token];
  }
  for (std::size_t i = 0; i < frames.size(); ++i) {
    frames[i].arguments = spans_of_column(reader, first + i, "arguments");
    std::erase_if(frames[i].arguments,
                  [&](const Span& one) { return is_understood(one, frames[i].predicate); });
  }
  return frames;
}

std::vector<std::string> column_of_spans(const Held& held, const std::vector<Span>& spans,
                                         const std::string& field) {
  auto made = brackets_of_spans(spans, held.example.tokens.size());
  if (!made.fault.empty()) {
    throw held.cannot_hold(made.fault, field,
                           "brackets hold spans in the order of the text that do not cross");
  }
  return std::move(made.cells);
}

void add_frame_columns(const Held& held, std::vector<std::vector<std::string>>& columns,
                       std::vector<std::string>& names) {
  std::int64_t before = -1;
  for (const Frame& frame : held.example.frames) {
    if (frame.predicate <= before)
      throw held.cannot_hold("two frames of one token, or frames out of order", "frames",
                             "order them by their predicates");
    before = frame.predicate;
    std::vector<Span> spans = frame.arguments;
    const bool has_verb =
        std::any_of(spans.begin(), spans.end(), [](const Span& one) { return one.label == kVerb; });
    const Span verb{frame.predicate, frame.predicate + 1, kVerb};
    if (std::find(spans.begin(), spans.end(), verb) != spans.end())
      throw held.cannot_hold("an argument V of the predicate alone", "frames",
                             "leave it out: it is understood");
    if (!has_verb)
      spans.insert(std::lower_bound(spans.begin(), spans.end(), verb, comes_before), verb);
    columns.push_back(column_of_spans(held, spans, "frames"));
    names.emplace_back("frames");
  }
}

std::string genre_of(const std::string& id, char mark) {
  const std::size_t at = id.find(mark);
  return at == std::string::npos ? "" : id.substr(0, at);
}

void require_genre(const Held& held, const std::string& id, char mark) {
  held.require_attributes({kGenre});
  const std::string genre = genre_of(std::string(value_of(held.example.metadata, id)), mark);
  if (value_of(held.example.attributes, kGenre) != genre ||
      held.example.attributes.empty() != genre.empty()) {
    throw held.cannot_hold(
        "a genre of its own", kGenre,
        cat("it is the part of the metadata '", id, "' before the first '", mark, "'"));
  }
}

}  // namespace inkling
