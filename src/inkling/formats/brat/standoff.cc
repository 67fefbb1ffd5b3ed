#include "inkling/formats/brat/standoff.h"

#include <algorithm>
#include <charconv>
#include <map>

#include "inkling/base/strings.h"
#include "inkling/data/structure.h"
#include "inkling/formats/code_points.h"
#include "inkling/formats/lines.h"
#include "inkling/formats/token_text.h"

namespace inkling::brat {
namespace {

/// Events, attributes, modifications, normalisations, equivalences and notes.
constexpr std::string_view kOtherKinds = "EAMN*#";

/// Covered text as it stands in an annotation: on one line.
std::string on_one_line(std::string_view text) {
  std::string line(text);
  std::replace_if(line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return line;
}

struct SpanLine {
  std::string id;
  std::string type;
  TextRange bytes;
  Where where;
};

struct RelationLine {
  std::string id;
  std::string type;
  std::string head;
  std::string tail;
  Where where;
};

class StandoffReader {
 public:
  StandoffReader(std::string text, const Source& ann, const FormatOptions& options)
      : lines_(ann, options), points_(text) {
    example_.text = std::move(text);
  }

  Example run() {
    while (lines_.next()) {
      if (trim(lines_.text()).empty()) continue;
      read_line(lines_.text());
    }
    add_spans();
    add_relations();
    if (!others_.empty()) {
      example_.metadata[kOthers] = join(others_, "\n");
      example_.metadata[kSpanIds] = join(ids_of(span_lines_), " ");
      example_.metadata[kRelationIds] = join(ids_of(relation_lines_), " ");
    }
    return std::move(example_);
  }

 private:
  template <class Lines>
  static std::vector<std::string> ids_of(const Lines& lines) {
    std::vector<std::string> ids;
    for (const auto& line : lines) ids.push_back(line.id);
    return ids;
  }

  [[noreturn]] void fail(const std::string& message, const std::string& field,
                         std::string hint = {}) const {
    throw Error(ErrorKind::data, message, lines_.where(field), std::move(hint));
  }

  void read_line(std::string_view line) {
    if (kOtherKinds.find(line.front()) != std::string_view::npos) {
      others_.emplace_back(line);
      return;
    }
    const std::size_t tab = line.find('\t');
    const std::string id(line.substr(0, tab));
    if (id.empty() || (id.front() != 'T' && id.front() != 'R') || tab == std::string_view::npos ||
        id.find(' ') != std::string::npos) {
      fail("the line is no annotation of brat", "annotation",
           "it begins with an id (T1, R1, ...) and a tab");
    }
    if (!ids_.insert({id, 0}).second) fail(cat("the id ", id, " is there twice"), id);
    const std::string_view rest = line.substr(tab + 1);
    if (id.front() == 'T')
      read_span(id, rest);
    else
      read_relation(id, rest);
  }

  std::int64_t number(std::string_view text, const std::string& id) const {
    std::int64_t value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size())
      fail(cat("'", text, "' is no offset"), id, "a span is TYPE START END");
    return value;
  }

  /// "TYPE START END<TAB>TEXT"
  void read_span(const std::string& id, std::string_view rest) {
    const std::size_t tab = rest.find('\t');
    const auto parts = split(rest.substr(0, tab), ' ');
    if (rest.substr(0, tab).find(';') != std::string_view::npos) {
      fail("a span in several parts is not read", id,
           "split it into spans of one part each, or remove it");
    }
    if (parts.size() != 3 || parts[0].empty() || tab == std::string_view::npos)
      fail("a span is not TYPE START END<TAB>TEXT", id);
    const std::int64_t begin = number(parts[1], id);
    const std::int64_t end = number(parts[2], id);
    if (begin < 0 || begin > end || end > points_.size()) {
      fail(cat("the span [", begin, ", ", end, ") lies outside of the text of ", points_.size(),
               " characters"),
           id, "offsets count characters (code points) of the .txt file");
    }
    const TextRange bytes = {points_.byte_of(begin), points_.byte_of(end)};
    const std::string there =
        on_one_line(std::string_view(example_.text)
                        .substr(static_cast<std::size_t>(bytes.begin),
                                static_cast<std::size_t>(bytes.end - bytes.begin)));
    if (there != on_one_line(rest.substr(tab + 1))) {
      fail(cat("the text there is '", there, "', not '", rest.substr(tab + 1), "'"), id,
           "offsets count characters (code points) of the .txt file, as it is");
    }
    span_lines_.push_back({id, std::string(parts[0]), bytes, lines_.where(id)});
  }

  /// "TYPE Arg1:T1 Arg2:T2"
  void read_relation(const std::string& id, std::string_view rest) {
    const auto parts = split(trim(rest), ' ');
    const bool whole = parts.size() == 3 && !parts[0].empty() && parts[1].starts_with("Arg1:") &&
                       parts[2].starts_with("Arg2:");
    if (!whole) fail("a relation is not TYPE Arg1:T1 Arg2:T2", id);
    constexpr std::size_t kName = 5;
    relation_lines_.push_back({id, std::string(parts[0]), std::string(parts[1].substr(kName)),
                               std::string(parts[2].substr(kName)), lines_.where(id)});
  }

  void add_spans() {
    std::vector<std::int64_t> borders;
    for (const SpanLine& line : span_lines_) {
      borders.push_back(line.bytes.begin);
      borders.push_back(line.bytes.end);
    }
    example_.tokens = tokenise(example_.text, borders);
    std::stable_sort(span_lines_.begin(), span_lines_.end(), [](const auto& a, const auto& b) {
      return a.bytes.begin != b.bytes.begin ? a.bytes.begin < b.bytes.begin
                                            : a.bytes.end > b.bytes.end;
    });
    for (const SpanLine& line : span_lines_) {
      ids_[line.id] = example_.spans.size();
      example_.spans.push_back(span_in(example_.tokens, line.bytes, line.type, line.where));
    }
  }

  const Span& span_named(const std::string& id, const Where& where) const {
    const auto found = ids_.find(id);
    if (id.starts_with('T') && found != ids_.end()) return example_.spans[found->second];
    throw Error(ErrorKind::data, cat("'", id, "' is none of the spans"), where,
                "a relation is between spans (T) of its file");
  }

  void add_relations() {
    for (const RelationLine& line : relation_lines_) {
      example_.relations.push_back(
          {span_named(line.head, line.where), span_named(line.tail, line.where), line.type});
    }
  }

  LineScanner lines_;
  CodePoints points_;
  Example example_;
  std::vector<SpanLine> span_lines_;
  std::vector<RelationLine> relation_lines_;
  std::vector<std::string> others_;
  std::map<std::string, std::size_t> ids_;  ///< of all T and R; of T, the number of its span
};

bool is_type(std::string_view type) {
  return !type.empty() && type.find_first_of(" \t\n\r;") == std::string_view::npos;
}

/// The ids of `count` spans or relations: those of the metadata `name` where there are other lines.
std::vector<std::string> ids_for(const Held& held, const char* name, char kind, std::size_t count) {
  const auto& metadata = held.example.metadata;
  std::vector<std::string> ids;
  const auto found = metadata.find(name);
  if ((found != metadata.end()) != metadata.contains(kOthers)) {
    throw held.cannot_hold(cat("metadata '", kOthers, "', '", kSpanIds, "' and '", kRelationIds,
                               "' without each other"),
                           name);
  }
  if (found == metadata.end()) {
    for (std::size_t i = 1; i <= count; ++i) ids.push_back(cat(kind, i));
    return ids;
  }
  if (!found->second.empty()) {
    for (const std::string_view id : split(found->second, ' ')) ids.emplace_back(id);
  }
  auto sorted = ids;
  std::sort(sorted.begin(), sorted.end());
  const bool unique = std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end();
  const bool named = std::all_of(ids.begin(), ids.end(), [&](const std::string& id) {
    return id.starts_with(kind) && id.find_first_of("\t\n\r") == std::string::npos;
  });
  if (!unique || !named || ids.size() != count) {
    throw held.cannot_hold(cat("the ids '", found->second, "'"), name,
                           cat("one of its own for each: ", kind, "1 ", kind, "2 ..."));
  }
  return ids;
}

std::string other_lines(const Held& held) {
  const auto found = held.example.metadata.find(kOthers);
  if (found == held.example.metadata.end()) return "";
  for (const std::string_view line : split(found->second, '\n')) {
    const bool other = !line.empty() && kOtherKinds.find(line.front()) != std::string_view::npos &&
                       !line.ends_with('\r');
    if (!other) throw held.cannot_hold(cat("the annotation '", line, "'"), kOthers);
  }
  return found->second + "\n";
}

}  // namespace

Example read_standoff(std::string text, const Source& ann, const FormatOptions& options) {
  return StandoffReader(std::move(text), ann, options).run();
}

std::string write_standoff(const Held& held, const FormatOptions& options) {
  const Example& example = held.example;
  held.require_only({"tokens", "spans", "relations"});
  held.require_attributes({});
  held.require_metadata({kDocument, kOthers, kSpanIds, kRelationIds});
  if (example.label) throw held.cannot_hold("a label", "label");
  held.require_ranges();
  held.require_ordered(example.spans, "spans");
  const CodePoints points(example.text);
  const auto span_ids = ids_for(held, kSpanIds, 'T', example.spans.size());
  std::string lines;
  std::vector<std::int64_t> borders;
  for (std::size_t i = 0; i < example.spans.size(); ++i) {
    const Span& span = example.spans[i];
    if (span.begin >= span.end) throw held.cannot_hold("a span without tokens", "spans");
    if (!is_type(span.label))
      throw held.cannot_hold(cat("a span labelled '", span.label, "'"), "spans");
    add_borders(example, span, borders);
    const TextRange range = range_of(example, span);
    lines += cat(span_ids[i], "\t", span.label, " ", *points.at_byte(range.begin), " ",
                 *points.at_byte(range.end), "\t", on_one_line(covered_text(example, span)), "\n");
  }
  if (options.tokens == "keep" && tokenise(example.text, borders) != example.tokens) {
    throw held.cannot_hold("tokens of its own", "tokens",
                           "--tokens drop writes text and annotations alone");
  }
  const auto relation_ids = ids_for(held, kRelationIds, 'R', example.relations.size());
  for (std::size_t i = 0; i < example.relations.size(); ++i) {
    const Relation& relation = example.relations[i];
    if (!is_type(relation.type))
      throw held.cannot_hold(cat("the relation '", relation.type, "'"), "relations");
    const auto id = [&](const Span& span) {
      const auto found = std::find(example.spans.begin(), example.spans.end(), span);
      if (found == example.spans.end()) {
        throw held.cannot_hold("a relation whose head or tail is none of the spans", "relations",
                               "add head and tail to the spans");
      }
      return span_ids[static_cast<std::size_t>(found - example.spans.begin())];
    };
    lines += cat(relation_ids[i], "\t", relation.type, " Arg1:", id(relation.head),
                 " Arg2:", id(relation.tail), "\n");
  }
  return lines + other_lines(held);
}

}  // namespace inkling::brat
