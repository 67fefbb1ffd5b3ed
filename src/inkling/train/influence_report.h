// Which training texts a model's loss on a text hangs on.
#pragma once

#include <nlohmann/json.hpp>

#include "inkling/api/influence_options.h"
#include "inkling/train/trained_model.h"
#include "inkling/train/workers.h"

namespace inkling {

/// The report of `inkling influence`: the training texts of `config` that would raise or lower the
/// text's loss most if they were left out (bilevel/influence.h), by the Gauss-Newton matrix of the
/// mean training loss; with what conjugate gradient left, and how far training is from an optimum.
/// @throws Error usage, where the model was not trained on the mean loss of texts of classes, or
/// the text is empty; data, where a label is not the model's
nlohmann::json influence_report(const TrainedModel& model, const RunConfig& config,
                                const InfluenceOptions& options, Workers& workers);

}  // namespace inkling
