// Sentences that mark spans, as supports and as questions of a predictor.
#pragma once

#include <string>
#include <vector>

#include "inkling/api/inkling.h"
#include "inkling/tasks/tagged_records.h"
#include "inkling/train/learner.h"

namespace inkling {

/// The classes of a support of sentences: the model's where they mean the same everywhere, else the
/// types that it marks, in the order of data sets.
/// @throws Error data, naming the sentence by its number from 1 as the line, where it has a label,
/// or a type that the model does not know; and where no span is marked, or a class has none that
/// the method must see
TagClasses classes_of_sentences(const Learner& learner, const std::vector<Labelled>& support);

/// The texts as the support of one episode.
Record support_of_sentences(const Learner& learner, const std::vector<Labelled>& support,
                            const TagClasses& classes);

/// The scores of the words of `texts`, end to end, with the truth that these mark.
EpisodeResult scores_of_sentences(const Learner& learner, const Adapted& adapted,
                                  const std::vector<std::string>& texts, const TagClasses& classes);

/// The spans found in each text.
/// @param abstain  spans below this probability are left out
std::vector<Prediction> answers_of_sentences(const Learner& learner, const Adapted& adapted,
                                             const std::vector<std::string>& texts,
                                             const TagClasses& classes, double temperature,
                                             double abstain);

}  // namespace inkling
