// From labelled texts to a teacher: trained on all of them, chosen and calibrated on folds.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "inkling/distill/linear_teacher.h"
#include "inkling/distill/teacher.h"

namespace inkling::distill {

struct TaughtTeacher {
  TrainedModel model;  ///< what answers, or was adapted
  /// Of a method that trains on episodes: `model` adapted to the labelled texts.
  std::shared_ptr<const PredictorState> adapted;
  std::optional<double> penalty;  ///< chosen, of a linear one
  /// Calibrated probabilities of the labelled texts [texts, labels], each by a teacher that was not
  /// trained on it; empty where there are no folds.
  Shares out_of_fold;
  double accuracy = 0;  ///< in percent, of these
};

/// The part (from 0) that each example is in: labels in their proportions, equal texts in one.
/// Empty where a class has fewer than two texts, or `folds` is below two; fewer parts where a class
/// has fewer texts than that.
std::vector<std::int32_t> fold_of_each(const TextSplit& split, std::int64_t folds,
                                       std::int64_t seed);

/// @param kind  "nb", "tfidf", "average", or a TOML file of a training's options: of a method of
/// all
///              examples it is trained on `split`; of one that trains on episodes on the data that
///              the file names, and then adapted to `split`
/// @param hidden  sentences that such a file's data may not teach
/// @throws Error usage or data
TaughtTeacher taught(const std::string& kind, const RunConfig& config,
                     const DistillOptions& options, const TextSplit& split, const Sentences& hidden,
                     Workers& workers);

}  // namespace inkling::distill
