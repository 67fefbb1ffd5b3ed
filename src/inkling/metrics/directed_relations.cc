#include "inkling/metrics/directed_relations.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "inkling/metrics/metrics.h"
#include "inkling/metrics/span_scores.h"

namespace inkling {
namespace {

/// The label's relation; empty where it has no direction.
std::string_view relation_of(std::string_view label) {
  for (const std::string_view direction : {"(e1,e2)", "(e2,e1)"}) {
    if (label.ends_with(direction)) return label.substr(0, label.size() - direction.size());
  }
  return {};
}

/// Counts of each relation in a confusion, which may have the column of those who abstained.
struct Counted {
  std::vector<SpanCounts> relations;
  std::int64_t occurring = 0;  ///< relations that the truth has
  double macro_f1 = 0;
};

/// Calls visit(truth's relation, answer's relation, whether it is right, how many) of each cell.
template <class Visit>
void each_cell(std::span<const std::int64_t> confusion, const DirectedRelations& relations,
               Visit visit) {
  const std::size_t classes = relations.of_classes.size();
  const std::size_t columns = confusion.size() / classes;
  for (std::size_t truth = 0; truth < classes; ++truth) {
    for (std::size_t answer = 0; answer < columns; ++answer) {
      const std::int32_t answered = answer < classes ? relations.of_classes[answer] : -1;
      visit(relations.of_classes[truth], answered, truth == answer,
            confusion[truth * columns + answer]);
    }
  }
}

Counted counted(std::span<const std::int64_t> confusion, const DirectedRelations& relations) {
  Counted made;
  made.relations.resize(relations.names.size());
  each_cell(confusion, relations,
            [&](std::int32_t truth, std::int32_t answer, bool right, std::int64_t count) {
              if (truth >= 0) made.relations[static_cast<std::size_t>(truth)].truth += count;
              if (answer < 0) return;
              SpanCounts& of = made.relations[static_cast<std::size_t>(answer)];
              of.answered += count;
              if (right) of.right += count;
            });
  for (const SpanCounts& of : made.relations) {
    if (of.truth == 0) continue;
    ++made.occurring;
    made.macro_f1 += of.f1();
  }
  if (made.occurring > 0) made.macro_f1 /= static_cast<double>(made.occurring);
  return made;
}

/// The half width over the items of one test: variance = sum_cells n_cell (dF / dn_cell)^2.
double interval_of(std::span<const std::int64_t> confusion, const DirectedRelations& relations,
                   const Counted& counts) {
  if (counts.occurring == 0) return 0;
  const auto both = [&](std::int32_t relation) {
    const SpanCounts& of = counts.relations[static_cast<std::size_t>(relation)];
    return of.truth == 0 ? 0 : static_cast<double>(of.truth + of.answered);
  };
  const auto slope_of_margin = [&](std::int32_t relation) {
    if (relation < 0 || both(relation) == 0) return 0.;
    return -counts.relations[static_cast<std::size_t>(relation)].f1() / both(relation);
  };
  double variance = 0;
  each_cell(confusion, relations,
            [&](std::int32_t truth, std::int32_t answer, bool right, std::int64_t count) {
              double slope = slope_of_margin(truth) + slope_of_margin(answer);
              if (right && truth >= 0) slope += 200 / both(truth);
              if (count > 0) variance += static_cast<double>(count) * slope * slope;
            });
  constexpr double kNormal95 = 1.96;
  return kNormal95 * std::sqrt(variance) / static_cast<double>(counts.occurring);
}

}  // namespace

DirectedRelations directed_relations(std::span<const std::string> labels) {
  DirectedRelations made;
  for (const std::string& label : labels) {
    const std::string_view relation = relation_of(label);
    if (relation.empty()) {
      made.of_classes.push_back(-1);
      continue;
    }
    const auto at = std::ranges::find(made.names, relation);
    made.of_classes.push_back(static_cast<std::int32_t>(at - made.names.begin()));
    if (at == made.names.end()) made.names.emplace_back(relation);
  }
  return made;
}

void add_directed_score(std::span<const Answers> tests, std::span<const std::string> labels,
                        double temperature, double abstain, nlohmann::json& report) {
  const DirectedRelations relations = directed_relations(labels);
  if (relations.names.empty()) return;
  std::vector<double> values;
  double interval = 0;
  std::vector<SpanCounts> total(relations.names.size());
  for (const Answers& answers : tests) {
    if (answers.size() == 0) continue;
    const auto confusion = confusion_of(answers, temperature, abstain);
    const Counted counts = counted(confusion, relations);
    values.push_back(counts.macro_f1);
    interval = interval_of(confusion, relations, counts);
    for (std::size_t i = 0; i < total.size(); ++i) total[i].add(counts.relations[i]);
  }
  const Estimate estimate = estimate_of(values);
  report["metrics"]["directed_macro_f1"] = {
      {"value", estimate.value}, {"ci95", estimate.count == 1 ? interval : estimate.ci95}};
  report["relations"] = nlohmann::json::array();
  for (std::size_t i = 0; i < total.size(); ++i) {
    report["relations"].push_back({{"label", relations.names[i]},
                                   {"precision", total[i].precision()},
                                   {"recall", total[i].recall()},
                                   {"f1", total[i].f1()},
                                   {"support", total[i].truth}});
  }
}

}  // namespace inkling
