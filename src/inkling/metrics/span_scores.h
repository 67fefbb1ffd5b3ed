// What labelled spans are worth: precision, recall and F1 of those that agree in type and borders.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "inkling/data/example.h"

namespace inkling {

/// Right, answered and true spans.
struct SpanCounts {
  std::int64_t right = 0;
  std::int64_t answered = 0;
  std::int64_t truth = 0;

  /// Percentages, 0-100; 0 where there is nothing to divide by.
  double precision() const;
  double recall() const;
  double f1() const;
  void add(const SpanCounts& other);
};

/// How the spans of a sentence count.
struct SpanRule {
  /// A span "C-X" goes on with the one of X before it, and both are one argument, right only as a
  /// whole (srl-eval of CoNLL-2005); one without such a span before it counts as an X of its own.
  bool continuations = false;
  std::set<std::string> left_out = {};  ///< types that do not count, as the verb's own in roles
  std::set<std::string> only = {};      ///< where not empty, no other types count
};

/// Counts by type over any number of sentences. Micro F1 is that of all counts together, as
/// seqeval's: a span is right where the truth has one of its type and borders. A span that is there
/// twice counts once.
/// Source: Tjong Kim Sang, De Meulder 2003; Carreras, Marquez 2005.
class SpanScores {
 public:
  explicit SpanScores(SpanRule rule = {}) : rule_(std::move(rule)) {}

  /// One sentence.
  void add(std::span<const Span> truth, std::span<const Span> answer);

  /// The counts of other sentences, by the same rule.
  void add(const SpanScores& other);

  SpanCounts all() const;
  const std::map<std::string, SpanCounts>& by_type() const { return by_type_; }
  /// {"precision", "recall", "f1", "types": [{"label", "precision", "recall", "f1", "support"}]}
  nlohmann::json report() const;

 private:
  SpanRule rule_;
  std::map<std::string, SpanCounts> by_type_;
};

}  // namespace inkling
