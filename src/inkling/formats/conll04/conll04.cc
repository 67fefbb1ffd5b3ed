#include "inkling/formats/conll04/conll04.h"

#include <algorithm>
#include <optional>

#include "inkling/base/strings.h"
#include "inkling/formats/holding.h"
#include "inkling/formats/json_records.h"
#include "inkling/formats/token_text.h"

namespace inkling::conll04 {
namespace {

using simdjson::dom::element;

constexpr const char* kTokens = "tokens";
constexpr const char* kEntities = "entities";
constexpr const char* kRelations = "relations";
constexpr const char* kText = "text";

void read_entities(Example& example, element list, const Where& where) {
  const auto tokens = static_cast<std::int64_t>(example.tokens.size());
  for (const element entity : array_of(list, where)) {
    const auto members = members_named(entity, {"type", "start", "end"}, where);
    Span& span = example.spans.emplace_back();
    span.label = label_of(members[0], where);
    span.begin = index_of(members[1], 0, tokens - 1, "an entity's start", where);
    span.end = index_of(members[2], span.begin + 1, tokens, "an entity's end", where);
  }
}

void read_relations(Example& example, element list, const Where& where) {
  const std::int64_t last = std::ssize(example.spans) - 1;
  for (const element relation : array_of(list, where)) {
    const auto members = members_named(relation, {"type", "head", "tail"}, where);
    const auto span = [&](std::size_t member, const char* what) {
      return example
          .spans[static_cast<std::size_t>(index_of(members[member], 0, last, what, where))];
    };
    example.relations.push_back(
        {span(1, "a relation's head"), span(2, "a relation's tail"), label_of(members[0], where)});
  }
}

Example read_record(element record, const Where& where) {
  Example example;
  std::optional<std::vector<std::string>> words;
  std::optional<std::string> text;
  std::optional<element> entities;
  std::optional<element> relations;
  for (const JsonMember& member : members_of(record, where)) {
    const Where place = with_field(where, member.key);
    if (member.key == kTokens)
      words = words_of_list(member.value, place);
    else if (member.key == kText)
      text = text_of(member.value, place);
    else if (member.key == kEntities)
      entities = member.value;
    else if (member.key == kRelations)
      relations = member.value;
    else
      example.metadata.emplace(member.key, any_text_of(member.value, place));
  }
  if (!words) throw Error(ErrorKind::data, "the record has no tokens", with_field(where, kTokens));
  if (text)
    set_words(example, *words, *std::move(text), with_field(where, kText));
  else
    set_words(example, *words);
  if (entities) read_entities(example, *entities, with_field(where, kEntities));
  if (relations) read_relations(example, *relations, with_field(where, kRelations));
  return example;
}

std::string entities_of(const Held& held) {
  std::string list = "[";
  for (const Span& span : held.example.spans) {
    if (span.begin >= span.end) throw held.cannot_hold("a span without tokens", "spans");
    list += cat(list.size() > 1 ? ", " : "", "{\"type\": ", json_string(span.label),
                ", \"start\": ", span.begin, ", \"end\": ", span.end, "}");
  }
  return list + "]";
}

std::string relations_of(const Held& held) {
  const auto& spans = held.example.spans;
  const auto index = [&](const Span& span) {
    const auto found = std::find(spans.begin(), spans.end(), span);
    if (found == spans.end()) {
      throw held.cannot_hold("a relation whose head or tail is none of the spans", "relations",
                             "add head and tail to the spans");
    }
    return found - spans.begin();
  };
  std::string list = "[";
  for (const Relation& relation : held.example.relations) {
    list += cat(list.size() > 1 ? ", " : "", "{\"type\": ", json_string(relation.type),
                ", \"head\": ", index(relation.head), ", \"tail\": ", index(relation.tail), "}");
  }
  return list + "]";
}

std::string record_of(const Held& held) {
  held.require_only({"tokens", "spans", "relations"});
  if (held.example.label) throw held.cannot_hold("a label", "label");
  held.require_attributes({});
  held.require_words();
  return cat("{", json_words(held, kTokens), ", \"", kEntities, "\": ", entities_of(held), ", \"",
             kRelations, "\": ", relations_of(held),
             json_metadata(held, {kTokens, kEntities, kRelations}), "}");
}

class Conll04 : public Format {
 public:
  std::string_view name() const override { return "conll04"; }
  std::string_view summary() const override {
    return R"(a JSON list of {"tokens", "entities": [{"type", "start", "end"}], "relations"})";
  }

  int recognise(const std::filesystem::path&, std::string_view head) const override {
    constexpr int kByContent = 91;
    const bool list = trim(head).starts_with('[') && trim(trim(head).substr(1)).starts_with('{');
    return list && head.find("\"tokens\"") != std::string_view::npos &&
                   head.find("\"entities\"") != std::string_view::npos
               ? kByContent
               : 0;
  }

  std::vector<Example> read(const Source& source, const FormatOptions& options) const override {
    return read_records(source, options, "conll04 is one JSON list of objects", &read_record);
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
  return std::make_unique<Conll04>();
}

}  // namespace inkling::conll04
