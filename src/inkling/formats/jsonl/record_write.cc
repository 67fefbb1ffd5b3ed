#include <cmath>
#include <nlohmann/json.hpp>

#include "inkling/base/strings.h"
#include "inkling/formats/jsonl/record.h"

namespace inkling::jsonl {
namespace {

using Json = nlohmann::ordered_json;

bool within(std::int64_t begin, std::int64_t end, std::size_t size) {
  return 0 <= begin && begin <= end && end <= static_cast<std::int64_t>(size);
}

bool spans_within(const std::vector<Span>& spans, std::size_t size) {
  for (const Span& span : spans) {
    if (!within(span.begin, span.end, size)) return false;
  }
  return true;
}

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

std::optional<Fault> fault_of(const Example& example) {
  const std::size_t tokens = example.tokens.size();
  if (!std::isfinite(example.weight)) return Fault{"weight", "the weight is not finite"};
  for (const auto& [label, probability] : example.soft_targets) {
    if (!std::isfinite(probability))
      return Fault{"soft_targets", cat("the target of '", label, "' is not finite")};
  }
  for (const TextRange& token : example.tokens) {
    if (!within(token.begin, token.end, example.text.size()))
      return Fault{"tokens",
                   cat("the token [", token.begin, ", ", token.end, "] lies outside of the text")};
  }
  if (!spans_within(example.spans, tokens))
    return Fault{"spans", "a span lies outside of the tokens"};
  for (const Relation& relation : example.relations) {
    if (!spans_within({relation.head, relation.tail}, tokens))
      return Fault{"relations", "a span lies outside of the tokens"};
  }
  for (const Frame& frame : example.frames) {
    if (!within(frame.predicate, frame.predicate + 1, tokens))
      return Fault{"frames", "a predicate is none of the tokens"};
    if (!spans_within(frame.arguments, tokens))
      return Fault{"frames", "a span lies outside of the tokens"};
  }
  for (const auto& [name, values] : example.token_columns) {
    if (values.size() != tokens)
      return Fault{"token_columns", cat("the column '", name, "' has ", values.size(),
                                        " values for ", tokens, " tokens")};
  }
  return std::nullopt;
}

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
