#include <nlohmann/json.hpp>

#include "inkling/formats/jsonl/record.h"

namespace inkling::jsonl {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const Span& span) {
  return {{"begin", span.begin}, {"end", span.end}, {"label", span.label}};
}

Json json_of(const std::vector<Span>& spans) {
  Json list = Json::array();
  for (const Span& span : spans) list.push_back(json_of(span));
  return list;
}

Json json_of(const Relation& relation) {
  return {
      {"head", json_of(relation.head)}, {"tail", json_of(relation.tail)}, {"type", relation.type}};
}

Json json_of(const Frame& frame) {
  return {{"predicate", frame.predicate},
          {"sense", frame.sense},
          {"arguments", json_of(frame.arguments)}};
}

std::string or_default(const std::string& column, const char* name) {
  return column.empty() ? name : column;
}

}  // namespace

std::string write_record(const Example& example, const FormatOptions& options) {
  Json record = Json::object();
  record[or_default(options.text_column, "text")] = example.text;
  if (example.label)
    record[or_default(options.label_column, "label")] = *example.label;
  else if (!options.label_column.empty())
    record[options.label_column] = nullptr;
  if (!example.soft_targets.empty()) record["soft_targets"] = example.soft_targets;
  if (example.weight != 1) record["weight"] = example.weight;
  if (!example.tokens.empty()) {
    Json& tokens = record["tokens"] = Json::array();
    for (const TextRange& token : example.tokens)
      tokens.push_back(Json::array({token.begin, token.end}));
  }
  if (!example.spans.empty()) record["spans"] = json_of(example.spans);
  for (const Relation& relation : example.relations)
    record["relations"].push_back(json_of(relation));
  for (const Frame& frame : example.frames) record["frames"].push_back(json_of(frame));
  if (!example.token_columns.empty()) record["token_columns"] = example.token_columns;
  if (!example.targets.empty()) record["targets"] = example.targets;

  std::map<std::string, std::string> attributes = example.attributes;
  if (!options.group_column.empty()) {
    const auto group = attributes.extract(options.group_column);
    record[options.group_column] = group ? Json(group.mapped()) : Json(nullptr);
  }
  if (!attributes.empty()) record["attributes"] = attributes;
  if (!example.metadata.empty()) record["metadata"] = example.metadata;
  return record.dump();
}

}  // namespace inkling::jsonl
