// Models and adapted models as the library's door gives them out.
#pragma once

#include <filesystem>
#include <memory>

#include "inkling/api/states.h"
#include "inkling/train/trained_model.h"

namespace inkling {

std::shared_ptr<const ModelState> model_state(std::shared_ptr<const TrainedModel> model);

/// @throws Error io or data
std::shared_ptr<const PredictorState> load_predictor_state(const std::filesystem::path& folder);

/// The scores of the words of sentences, which an adapted model of a task of spans gives, beside
/// the spans that they mark.
EpisodeResult scores_of_sentences(const PredictorState& state,
                                  const std::vector<std::string>& texts);

/// The learner that an adapted model was made by.
const Learner& learner_of(const PredictorState& state);

}  // namespace inkling
