#include "inkling/formats/tacred/tacred.h"

#include <algorithm>
#include <array>
#include <map>

#include "inkling/base/strings.h"
#include "inkling/formats/holding.h"
#include "inkling/formats/json_records.h"
#include "inkling/formats/token_text.h"

namespace inkling::tacred {
namespace {

using simdjson::dom::element;

constexpr const char* kTokens = "token";
constexpr const char* kText = "text";
constexpr const char* kRelation = "relation";
constexpr std::string_view kColumn = "stanford_";

/// A record before its parts are put together.
struct Parts {
  std::map<std::string, element> members;
  Where where;

  element at(const std::string& key) const {
    const auto found = members.find(key);
    if (found == members.end())
      throw Error(ErrorKind::data, cat("the record has no ", key), with_field(where, key));
    return found->second;
  }

  /// SIDE_start to SIDE_end, the last token of it.
  Span span(const std::string& side, std::int64_t tokens) const {
    Span span;
    const auto index = [&](const std::string& key, std::int64_t low) {
      return index_of(at(key), low, tokens - 1, key, with_field(where, key));
    };
    span.begin = index(side + "_start", 0);
    span.end = index(side + "_end", span.begin) + 1;
    const auto type = members.find(side + "_type");
    if (type != members.end()) span.label = text_of(type->second, with_field(where, type->first));
    return span;
  }
};

bool is_of_relation(std::string_view key) {
  constexpr std::array<std::string_view, 9> kKeys = {kTokens,      kText,      kRelation,
                                                     "subj_start", "subj_end", "subj_type",
                                                     "obj_start",  "obj_end",  "obj_type"};
  return std::find(kKeys.begin(), kKeys.end(), key) != kKeys.end();
}

std::vector<std::string> column_of(element value, std::size_t tokens, const Where& where) {
  std::vector<std::string> values;
  for (const element one : array_of(value, where)) values.push_back(label_of(one, where));
  if (values.size() != tokens) {
    throw Error(ErrorKind::data, cat("has ", values.size(), " values for ", tokens, " tokens"),
                where, "a token has one value in each list");
  }
  return values;
}

Example read_record(element record, const Where& where) {
  Parts parts{{}, where};
  for (const JsonMember& member : members_of(record, where))
    parts.members.emplace(member.key, member.value);
  Example example;
  const auto words = words_of_list(parts.at(kTokens), with_field(where, kTokens));
  const auto text = parts.members.find(kText);
  if (text != parts.members.end()) {
    const Where place = with_field(where, kText);
    set_words(example, words, text_of(text->second, place), place);
  } else {
    set_words(example, words);
  }
  const auto tokens = static_cast<std::int64_t>(words.size());
  Relation& relation = example.relations.emplace_back();
  relation.head = parts.span("subj", tokens);
  relation.tail = parts.span("obj", tokens);
  if (parts.members.contains(kRelation))
    relation.type = text_of(parts.at(kRelation), with_field(where, kRelation));
  for (const auto& [key, value] : parts.members) {
    if (is_of_relation(key)) continue;
    const Where place = with_field(where, key);
    if (key.starts_with(kColumn))
      example.token_columns[key] = column_of(value, words.size(), place);
    else
      example.metadata.emplace(key, any_text_of(value, place));
  }
  return example;
}

std::string side_of(const Held& held, const std::string& side, const Span& span) {
  if (span.begin >= span.end) throw held.cannot_hold("a span without tokens", "relations");
  return cat(", \"", side, "_start\": ", span.begin, ", \"", side, "_end\": ", span.end - 1, ", \"",
             side, "_type\": ", json_string(span.label));
}

std::string column_text(const Held& held, const std::string& name,
                        const std::vector<std::string>& values) {
  if (!name.starts_with(kColumn)) {
    throw held.cannot_hold(cat("the token column '", name, "'"), name,
                           cat("its columns are named ", kColumn, "..."));
  }
  std::string list;
  for (const std::string& value : values) list += cat(list.empty() ? "" : ", ", json_value(value));
  return cat(", ", json_string(name), ": [", list, "]");
}

std::string record_of(const Held& held) {
  const Example& example = held.example;
  held.require_only({"tokens", "relations", "token_columns"});
  held.require_attributes({});
  held.require_words();
  if (example.relations.size() != 1)
    throw held.cannot_hold(cat(example.relations.size(), " relations"), "relations", "it is one");
  const Relation& relation = example.relations.front();
  if (example.label) throw held.cannot_hold("a label", "label", "the relation's type is one");
  std::string record = cat("{", json_words(held, kTokens));
  if (!relation.type.empty()) record += cat(", \"", kRelation, "\": ", json_string(relation.type));
  record += side_of(held, "subj", relation.head) + side_of(held, "obj", relation.tail);
  for (const auto& [name, values] : example.token_columns)
    record += column_text(held, name, values);
  for (const auto& [key, value] : example.metadata) {
    if (is_of_relation(key) || key.starts_with(kColumn))
      throw held.cannot_hold(cat("metadata named '", key, "'"), key);
  }
  return record + json_metadata(held, {}) + "}";
}

class Tacred : public Format {
 public:
  std::string_view name() const override { return "tacred"; }
  std::string_view summary() const override {
    return R"(a JSON list of {"token", "relation", "subj_start", "subj_end", "obj_start", ...})";
  }

  int recognise(const std::filesystem::path&, std::string_view head) const override {
    constexpr int kByContent = 94;
    return trim(head).starts_with('[') && head.find("\"subj_start\"") != std::string_view::npos &&
                   head.find("\"token\"") != std::string_view::npos
               ? kByContent
               : 0;
  }

  std::vector<Example> read(const Source& source, const FormatOptions& options) const override {
    return read_records(source, options, "tacred is one JSON list of objects", &read_record);
  }

  std::vector<OutputFile> write(const Dataset& dataset, const FormatOptions&) const override {
    std::string bytes;
    for_each_held(dataset, name(), [&](const Held& held) {
      bytes += bytes.empty() ? "[" : ",\n";
      bytes += record_of(held);
    });
    return {{"", bytes + "]\n"}};
  }
};

}  // namespace

std::unique_ptr<Format> make() {
  return std::make_unique<Tacred>();
}

}  // namespace inkling::tacred
