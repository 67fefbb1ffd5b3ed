#include "inkling/metrics/span_scores.h"

#include <algorithm>
#include <utility>

namespace inkling {
namespace {

constexpr double kPercent = 100;

double share(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0 : kPercent * static_cast<double>(part) / static_cast<double>(whole);
}

/// An argument: its type and the ranges that it is made of.
using Argument = std::pair<std::string, std::vector<std::pair<std::int64_t, std::int64_t>>>;

std::set<Argument> arguments_of(std::span<const Span> spans, const SpanRule& rule) {
  std::vector<Span> in_order(spans.begin(), spans.end());
  std::ranges::stable_sort(in_order, {}, [](const Span& span) { return span.begin; });
  std::vector<Argument> made;
  constexpr std::string_view kGoesOn = "C-";
  for (const Span& span : in_order) {
    std::string type = span.label;
    if (rule.continuations && type.starts_with(kGoesOn)) {
      type.erase(0, kGoesOn.size());
      const auto before = std::find_if(made.rbegin(), made.rend(),
                                       [&](const Argument& one) { return one.first == type; });
      if (before != made.rend()) {
        before->second.emplace_back(span.begin, span.end);
        continue;
      }
    }
    made.push_back({type, {{span.begin, span.end}}});
  }
  std::set<Argument> kept;
  for (Argument& one : made) {
    if (rule.left_out.contains(one.first)) continue;
    if (rule.only.empty() || rule.only.contains(one.first)) kept.insert(std::move(one));
  }
  return kept;
}

nlohmann::json numbers_of(const SpanCounts& counts) {
  return {{"precision", counts.precision()}, {"recall", counts.recall()}, {"f1", counts.f1()}};
}

}  // namespace

double SpanCounts::precision() const {
  return share(right, answered);
}

double SpanCounts::recall() const {
  return share(right, truth);
}

double SpanCounts::f1() const {
  return share(2 * right, answered + truth);
}

void SpanCounts::add(const SpanCounts& other) {
  right += other.right;
  answered += other.answered;
  truth += other.truth;
}

void SpanScores::add(std::span<const Span> truth, std::span<const Span> answer) {
  const std::set<Argument> wanted = arguments_of(truth, rule_);
  for (const Argument& one : wanted) ++by_type_[one.first].truth;
  for (const Argument& one : arguments_of(answer, rule_)) {
    SpanCounts& counts = by_type_[one.first];
    ++counts.answered;
    if (wanted.contains(one)) ++counts.right;
  }
}

void SpanScores::add(const SpanScores& other) {
  for (const auto& [type, counts] : other.by_type_) by_type_[type].add(counts);
}

SpanCounts SpanScores::all() const {
  SpanCounts sum;
  for (const auto& [type, counts] : by_type_) sum.add(counts);
  return sum;
}

nlohmann::json SpanScores::report() const {
  nlohmann::json made = numbers_of(all());
  made["types"] = nlohmann::json::array();
  for (const auto& [type, counts] : by_type_) {
    nlohmann::json line = numbers_of(counts);
    line["label"] = type;
    line["support"] = counts.truth;
    made["types"].push_back(std::move(line));
  }
  return made;
}

}  // namespace inkling
