// Teacher, targets, student, rounds, evaluation: the stages of `inkling distill`.
#pragma once

#include <nlohmann/json.hpp>

#include "inkling/api/distill_options.h"
#include "inkling/api/run_config.h"
#include "inkling/train/workers.h"

namespace inkling::distill {

/// Does options.stage, or all stages in their order, in the folder config.train.out.
/// @return  {"out", "stage"}, and of the stages that ran {"teacher": ..., "targets": ...,
///          "student": ..., "rounds": [{"round", "targets", "student"}], "models": {"teacher" |
///          "student" | "round-N" | "labels-alone": {"metrics", "bytes", "milliseconds", ...}}}
/// @throws Error usage, data, io or numeric; Interrupted, where --resume goes on
nlohmann::json distillation_report(const RunConfig& config, const DistillOptions& options,
                                   Workers& workers);

}  // namespace inkling::distill
