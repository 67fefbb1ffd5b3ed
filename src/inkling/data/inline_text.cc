#include "inkling/data/inline_text.h"

#include <algorithm>
#include <map>

#include "inkling/base/strings.h"
#include "inkling/data/structure.h"

namespace inkling {
namespace {

/// The spans of some tokens in the order of the text, cut in two: those that nest, and the rest.
struct Nesting {
  std::vector<Span> nested;
  std::vector<Span> crossing;
};

Nesting nesting_of(std::vector<Span> spans) {
  std::erase_if(spans, [](const Span& span) { return span.begin >= span.end; });
  std::stable_sort(spans.begin(), spans.end(), comes_before);
  Nesting made;
  std::vector<std::int64_t> open;
  for (Span& span : spans) {
    while (!open.empty() && open.back() <= span.begin) open.pop_back();
    const bool crosses = !open.empty() && open.back() < span.end;
    if (!crosses) open.push_back(span.end);
    (crosses ? made.crossing : made.nested).push_back(std::move(span));
  }
  return made;
}

std::string named(const Example& example, const Span& span) {
  const std::string text(covered_text(example, span));
  return span.label.empty() ? text : cat(text, " (", span.label, ")");
}

}  // namespace

std::string inline_spans(const Example& example) {
  std::map<std::int64_t, std::string> before;  // what stands at a byte: ends, then beginnings
  const Nesting nesting = nesting_of(example.spans);
  // Inner spans end first: the last of those that end together is the innermost.
  for (auto span = nesting.nested.rbegin(); span != nesting.nested.rend(); ++span)
    before[range_of(example, *span).end] += cat("](", span->label, ")");
  for (const Span& span : nesting.nested) before[range_of(example, span).begin] += '[';
  std::string text;
  std::size_t from = 0;
  for (const auto& [byte, marks] : before) {
    const auto at =
        std::min(static_cast<std::size_t>(std::max<std::int64_t>(byte, 0)), example.text.size());
    if (at > from) text += example.text.substr(from, at - from);
    text += marks;
    from = std::max(from, at);
  }
  return text + example.text.substr(from);
}

std::vector<std::string> structure_lines(const Example& example) {
  std::vector<std::string> lines;
  for (const Span& span : nesting_of(example.spans).crossing)
    lines.push_back(cat("also [", covered_text(example, span), "](", span.label, ")"));
  for (const Relation& relation : example.relations) {
    lines.push_back(cat(relation.type, ": ", named(example, relation.head), " -> ",
                        named(example, relation.tail)));
  }
  for (const Frame& frame : example.frames) {
    std::string line =
        cat(frame.sense, " ", covered_text(example, {frame.predicate, frame.predicate + 1, ""}));
    for (std::size_t i = 0; i < frame.arguments.size(); ++i) {
      line += cat(i == 0 ? ": " : ", ", frame.arguments[i].label, " ",
                  covered_text(example, frame.arguments[i]));
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace inkling
