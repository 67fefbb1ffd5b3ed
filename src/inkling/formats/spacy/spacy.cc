#include "inkling/formats/spacy/spacy.h"

#include <algorithm>
#include <optional>

#include "inkling/base/strings.h"
#include "inkling/data/structure.h"
#include "inkling/formats/code_points.h"
#include "inkling/formats/holding.h"
#include "inkling/formats/json_records.h"
#include "inkling/formats/lines.h"
#include "inkling/formats/token_text.h"

namespace inkling::spacy {
namespace {

using simdjson::dom::element;

constexpr const char* kText = "text";
constexpr const char* kLabel = "label";
constexpr const char* kEntities = "entities";
constexpr const char* kTokens = "tokens";

/// A span before it is known which tokens it covers.
struct CharacterSpan {
  TextRange bytes;
  std::string label;
  std::string field;
};

/// The value of `key` in an object, or nothing.
std::optional<element> member(element object, const char* key) {
  element value;
  if (object.at_key(key).get(value)) return std::nullopt;
  return value;
}

class RecordReader {
 public:
  RecordReader(const FormatOptions& options, const Where& where)
      : options_(options), where_(where) {}

  Example run(element record) {
    simdjson::dom::array pair;
    if (record.get(pair))
      read_object(record);
    else
      read_pair(pair);
    std::vector<std::int64_t> borders;
    for (const CharacterSpan& span : spans_) {
      borders.push_back(span.bytes.begin);
      borders.push_back(span.bytes.end);
    }
    if (!has_tokens_) example_.tokens = tokenise(example_.text, borders);
    for (CharacterSpan& span : spans_) {
      example_.spans.push_back(span_in(example_.tokens, span.bytes, std::move(span.label),
                                       with_field(where_, span.field)));
    }
    std::stable_sort(example_.spans.begin(), example_.spans.end(), comes_before);
    return std::move(example_);
  }

 private:
  void read_object(element record) {
    const auto members = members_of(record, where_);
    const auto text = std::find_if(members.begin(), members.end(),
                                   [](const JsonMember& one) { return one.key == kText; });
    if (text == members.end())
      throw Error(ErrorKind::data, "the record has no text", with_field(where_, kText));
    set_text(text->value);
    for (const JsonMember& one : members) {
      if (one.key != kText) read_member(one);
    }
  }

  /// ["TEXT", {"entities": [...]}]
  void read_pair(simdjson::dom::array pair) {
    if (pair.size() != 2) {
      throw Error(ErrorKind::data, cat("has ", pair.size(), " values, not [text, annotations]"),
                  where_);
    }
    set_text(pair.at(0));
    for (const JsonMember& one : members_of(pair.at(1), where_)) {
      if (one.key == kText)
        throw Error(ErrorKind::data, "the text is there twice", with_field(where_, kText));
      read_member(one);
    }
  }

  void set_text(element value) {
    example_.text = text_of(value, with_field(where_, kText));
    points_.emplace(example_.text);
  }

  void read_member(const JsonMember& one) {
    const Where place = with_field(where_, one.key);
    const bool list = one.value.is_array();
    if (one.key == kEntities || ((one.key == kLabel || one.key == "labels") && list) ||
        (one.key == "spans" && list)) {
      read_spans(one.value, place);
    } else if (one.key == kLabel) {
      if (!one.value.is_null()) example_.label = label_of(one.value, place);
    } else if (one.key == kTokens && list) {
      read_tokens(one.value, place);
    } else if (!one.key.empty() && one.key == options_.group_column) {
      example_.attributes.emplace(one.key, any_text_of(one.value, place));
    } else {
      example_.metadata.emplace(one.key, any_text_of(one.value, place));
    }
  }

  /// Bytes from the code points [begin, end).
  TextRange bytes_of_points(element begin, element end, const Where& place) const {
    const std::int64_t size = points_->size();
    const std::int64_t from = index_of(begin, 0, size, "the start", place);
    const std::int64_t to = index_of(end, from, size, "the end", place);
    return {points_->byte_of(from), points_->byte_of(to)};
  }

  /// [start, end, label] or {"start", "end", "label"}.
  CharacterSpan span_of(element value, const Where& place) const {
    simdjson::dom::array list;
    if (value.get(list)) {
      members_of(value, place);
      const auto start = member(value, "start");
      const auto end = member(value, "end");
      const auto label = member(value, kLabel);
      if (!start || !end || !label)
        throw Error(ErrorKind::data, "a span has no start, end or label", place);
      return {bytes_of_points(*start, *end, place), label_of(*label, place), place.field};
    }
    if (list.size() != 3) throw Error(ErrorKind::data, "a span is not [start, end, label]", place);
    return {bytes_of_points(list.at(0), list.at(1), place), label_of(list.at(2), place),
            place.field};
  }

  void read_spans(element value, const Where& place) {
    if (!spans_key_.empty()) {
      throw Error(ErrorKind::data, cat("spans stand under '", spans_key_, "' too"), place,
                  "keep one of the two");
    }
    spans_key_ = place.field;
    for (const element span : array_of(value, place)) spans_.push_back(span_of(span, place));
  }

  /// [{"text", "start", "end", ...}, ...]
  void read_tokens(element value, const Where& place) {
    has_tokens_ = true;
    std::int64_t from = 0;
    for (const element token : array_of(value, place)) {
      members_of(token, place);
      const auto start = member(token, "start");
      const auto end = member(token, "end");
      if (!start || !end) throw Error(ErrorKind::data, "a token has no start or end", place);
      const TextRange range = bytes_of_points(*start, *end, place);
      if (range.begin < from || range.begin == range.end)
        throw Error(ErrorKind::data, "a token is empty or out of order", place);
      from = range.end;
      if (const auto text = member(token, kText)) {
        const auto there = std::string_view(example_.text)
                               .substr(static_cast<std::size_t>(range.begin),
                                       static_cast<std::size_t>(range.end - range.begin));
        if (text_of(*text, place) != there) {
          throw Error(
              ErrorKind::data,
              cat("the token at ", integer_of(*start, place), " is '", there, "' in the text"),
              place, "start and end count characters (code points)");
        }
      }
      example_.tokens.push_back(range);
    }
  }

  const FormatOptions& options_;
  Where where_;
  Example example_;
  std::optional<CodePoints> points_;
  std::vector<CharacterSpan> spans_;
  std::string spans_key_;
  bool has_tokens_ = false;
};

bool is_taken(const std::string& key, const FormatOptions& options) {
  return key == kText || key == kLabel || key == "labels" || key == kEntities || key == "spans" ||
         key == kTokens || (!key.empty() && key == options.group_column);
}

std::string tokens_text(const Example& example, const CodePoints& points) {
  std::string list;
  const auto words = token_texts(example);
  for (std::size_t i = 0; i < words.size(); ++i) {
    list += cat(list.empty() ? "" : ", ", "{\"text\": ", json_string(words[i]),
                ", \"start\": ", *points.at_byte(example.tokens[i].begin),
                ", \"end\": ", *points.at_byte(example.tokens[i].end), ", \"id\": ", i, "}");
  }
  return cat(", \"", kTokens, "\": [", list, "]");
}

std::string record_of(const Held& held, const FormatOptions& options) {
  const Example& example = held.example;
  held.require_only({"tokens", "spans"});
  held.require_ranges();
  held.require_ordered(example.spans, "spans");
  const CodePoints points(example.text);
  std::string record = cat("{\"", kText, "\": ", json_string(example.text));
  if (example.label) record += cat(", \"", kLabel, "\": ", json_string(*example.label));
  std::vector<std::int64_t> borders;
  std::string entities;
  for (const Span& span : example.spans) {
    if (span.begin >= span.end) throw held.cannot_hold("a span without tokens", "spans");
    add_borders(example, span, borders);
    const TextRange range = range_of(example, span);
    entities += cat(entities.empty() ? "" : ", ", "[", *points.at_byte(range.begin), ", ",
                    *points.at_byte(range.end), ", ", json_string(span.label), "]");
  }
  if (tokenise(example.text, borders) != example.tokens) record += tokens_text(example, points);
  record += cat(", \"", kEntities, "\": [", entities, "]");
  for (const auto* values : {&example.attributes, &example.metadata}) {
    for (const auto& [key, value] : *values) {
      const bool is_group =
          values == &example.attributes && !key.empty() && key == options.group_column;
      if (!is_group && values == &example.attributes) {
        throw held.cannot_hold(cat("the attribute '", key, "'"), key,
                               cat("--group-column ", key, " makes a key of it"));
      }
      if (is_group ? is_taken(key, {}) : is_taken(key, options))
        throw held.cannot_hold(cat("a key named '", key, "'"), key);
      record += cat(", ", json_string(key), ": ", json_value(value));
    }
  }
  return record + "}\n";
}

class Spacy : public Format {
 public:
  std::string_view name() const override { return "spacy"; }
  std::string_view summary() const override {
    return R"(one JSON object a line: {"text": "...", "entities": [[start, end, "TYPE"], ...]})";
  }

  int recognise(const std::filesystem::path&, std::string_view head) const override {
    constexpr int kByContent = 93;
    const std::string_view line = trim(head.substr(0, head.find('\n')));
    const auto has = [&](std::string_view part) { return line.find(part) != line.npos; };
    if (!line.starts_with('{') && !line.starts_with("[\"")) return 0;
    // Spans are lists or objects in a list. An empty one is a span's where nothing but the text
    // stands beside it: other records have keys of these names too.
    std::int64_t keys = 0;
    for (std::size_t at = 0; (at = line.find("\":", at)) != line.npos; ++at) ++keys;
    const auto spans_of = [&](std::string_view key) {
      const std::size_t at = line.find(key);
      if (at == line.npos) return false;
      const std::string_view value = trim(line.substr(at + key.size()));
      if (!value.starts_with('[')) return false;
      const std::string_view first = trim(value.substr(1));
      if (first.starts_with(']')) return keys == 2;
      return first.starts_with('[') || first.starts_with('{');
    };
    const bool entities =
        spans_of("\"entities\":") || spans_of("\"label\":") || spans_of("\"labels\":");
    const bool spans = has("\"spans\":") && has("\"start\":");
    return (entities && !has("\"tokens\": [\"")) || spans ? kByContent : 0;
  }

  std::vector<Example> read(const Source& source, const FormatOptions& options) const override {
    LineScanner lines(source, options);
    JsonParser parser;
    std::vector<Example> examples;
    while (lines.next()) {
      if (trim(lines.text()).empty()) continue;
      const auto record = parser.parse(lines.text(), lines.where(), "spacy has one object a line");
      examples.push_back(RecordReader(options, lines.where()).run(record));
      examples.back().origin = {lines.file(), lines.number()};
    }
    return examples;
  }

  std::vector<OutputFile> write(const Dataset& dataset,
                                const FormatOptions& options) const override {
    std::string bytes;
    for_each_held(dataset, name(), [&](const Held& held) { bytes += record_of(held, options); });
    return {{"", std::move(bytes)}};
  }
};

}  // namespace

std::unique_ptr<Format> make() {
  return std::make_unique<Spacy>();
}

}  // namespace inkling::spacy
