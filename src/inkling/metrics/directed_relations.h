// The official score of SemEval-2010 task 8: relations whose labels have a direction.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "inkling/metrics/answers.h"

namespace inkling {

/// The relations that labels `X(e1,e2)` and `X(e2,e1)` name, whichever of the two there are.
struct DirectedRelations {
  std::vector<std::string> names;        ///< in order of their first label; empty: there are none
  std::vector<std::int32_t> of_classes;  ///< of each label, a place in names; -1: it has no
                                         ///< direction, as Other
};

DirectedRelations directed_relations(std::span<const std::string> labels);

/// Adds to a report of classification_report the macro F1 over relations, direction taken into
/// account: right is an answer of type and direction, an answer of the other direction is wrong for
/// its relation twice, as one that is missed and as one that is there; labels without a direction
/// are left out. F1 = 2 right / (truth + answered), both directions of a relation counted together;
/// the mean is over the relations that the truth has. Percentages, 0-100.
///
/// "metrics"."directed_macro_f1" is the mean over `tests`; the interval is that over them or, of a
/// single one, the multinomial one over its items. "relations": [{"label", "precision", "recall",
/// "f1", "support"}], over all tests together. Nothing is added where no label has a direction.
/// @param labels       the class names; empty: classes mean nothing over tests
/// @param temperature  with `abstain`, as for classification_report
/// Source: Hendrickx et al. 2010, the (9 + 1)-way evaluation of semeval2010_task8_scorer.
void add_directed_score(std::span<const Answers> tests, std::span<const std::string> labels,
                        double temperature, double abstain, nlohmann::json& report);

}  // namespace inkling
