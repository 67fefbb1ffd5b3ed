#include "inkling/data/structure.h"

#include <cmath>

#include "inkling/base/strings.h"

namespace inkling {
namespace {

bool within(std::int64_t begin, std::int64_t end, std::size_t size) {
  return 0 <= begin && begin <= end && end <= static_cast<std::int64_t>(size);
}

std::optional<Fault> fault_of(const Span& span, std::size_t tokens, const char* field) {
  if (within(span.begin, span.end, tokens)) return std::nullopt;
  return Fault{field, cat("a span lies outside of the tokens: [", span.begin, ", ", span.end,
                          ") of ", tokens)};
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
  for (const Span& span : example.spans) {
    if (auto fault = fault_of(span, tokens, "spans")) return fault;
  }
  for (const Relation& relation : example.relations) {
    for (const Span* span : {&relation.head, &relation.tail}) {
      if (auto fault = fault_of(*span, tokens, "relations")) return fault;
    }
  }
  for (const Frame& frame : example.frames) {
    if (!within(frame.predicate, frame.predicate, tokens) ||
        frame.predicate == static_cast<std::int64_t>(tokens)) {
      return Fault{"frames",
                   cat("a predicate is none of the tokens: ", frame.predicate, " of ", tokens)};
    }
    for (const Span& argument : frame.arguments) {
      if (auto fault = fault_of(argument, tokens, "frames")) return fault;
    }
  }
  for (const auto& [name, values] : example.token_columns) {
    if (values.size() != tokens)
      return Fault{"token_columns", cat("the column '", name, "' has ", values.size(),
                                        " values for ", tokens, " tokens")};
  }
  return std::nullopt;
}

bool between_characters(std::string_view text, std::int64_t byte) {
  const auto at = static_cast<std::size_t>(byte);
  return byte >= 0 && at <= text.size() &&
         (at == text.size() || (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U);
}

TextRange range_of(const Example& example, const Span& span) {
  const auto tokens = static_cast<std::int64_t>(example.tokens.size());
  if (span.begin < span.end) {
    return {example.tokens[static_cast<std::size_t>(span.begin)].begin,
            example.tokens[static_cast<std::size_t>(span.end - 1)].end};
  }
  const auto at = span.begin < tokens ? example.tokens[static_cast<std::size_t>(span.begin)].begin
                                      : static_cast<std::int64_t>(example.text.size());
  return {at, at};
}

std::string_view covered_text(const Example& example, const Span& span) {
  const TextRange range = range_of(example, span);
  if (range.end <= range.begin) return {};
  return std::string_view(example.text)
      .substr(static_cast<std::size_t>(range.begin),
              static_cast<std::size_t>(range.end - range.begin));
}

bool comes_before(const Span& a, const Span& b) {
  return a.begin != b.begin ? a.begin < b.begin : a.end > b.end;
}

Overlap overlap_of(const Span& a, const Span& b) {
  if (a.end <= b.begin || b.end <= a.begin) return Overlap::none;
  const bool nested =
      (a.begin <= b.begin && b.end <= a.end) || (b.begin <= a.begin && a.end <= b.end);
  return nested ? Overlap::nested : Overlap::crossing;
}

}  // namespace inkling
