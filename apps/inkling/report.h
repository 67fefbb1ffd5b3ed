// The documents of the engine as tables for people. A member that a document lacks is left out.
#pragma once

#include <nlohmann/json.hpp>

#include "output.h"

namespace inkling::cli {

/// Of Engine::train.
void print_training(const nlohmann::json& result, Output& out);
/// Of Engine::tune.
void print_tuning(const nlohmann::json& result, Output& out);
/// Of Engine::distill.
void print_distillation(const nlohmann::json& result, Output& out);
/// Of Engine::evaluate.
void print_evaluation(const nlohmann::json& result, Output& out);
/// Of Engine::influence.
void print_influence(const nlohmann::json& result, Output& out);
/// Of Engine::run.
void print_experiment(const nlohmann::json& result, Output& out);

}  // namespace inkling::cli
