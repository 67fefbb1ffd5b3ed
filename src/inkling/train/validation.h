// What a training is validated by.
#pragma once

#include <string>
#include <vector>

#include "inkling/train/learner.h"
#include "inkling/train/workers.h"

namespace inkling {

/// Whether validation sees every example once, as training does, and not episodes. By label it
/// cannot where labels are looked at: the classes are not those of training.
bool validates_whole(const Learner& learner);

/// The results on validation data: of one pass over it, or of episodes.
std::vector<EpisodeResult> validation_results(const Learner& learner, const Params& meta,
                                              const EpisodeSource& validation, Workers& workers);

struct Measure {
  std::string name;
  double value = 0;
};

/// What validation measures; the first decides which step is the best. It is the task's metric, or
/// of a method that looks at no label the sum of alignment and uniformity (Wang, Isola 2020,
/// nn/view_measures.h), then each of these: two readings with the noise of training of each text,
/// and each two of 256 texts, read without.
std::vector<Measure> validation_measures(const Learner& learner, const Params& meta,
                                         const EpisodeSource& validation, Workers& workers);

/// The value of the first of these.
double validate(const Learner& learner, const Params& meta, const EpisodeSource& validation,
                Workers& workers);

/// Of the first.
bool higher_is_better(const Learner& learner);

}  // namespace inkling
