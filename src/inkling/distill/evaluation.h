// Stage four: teacher, student, and the student on the labels alone, side by side.
#pragma once

#include <nlohmann/json.hpp>

#include "inkling/distill/folder.h"
#include "inkling/train/workers.h"

namespace inkling::distill {

/// {"teacher" | "student" | "round-N" | "labels-alone": {"metrics", "ece", "bytes", "milliseconds",
/// "texts"}}, with every round that the folder has from the second on; the student's has
/// "agreement" (percent of the texts to which it answers as the teacher), "smaller" and "faster"
/// (times, beside the teacher) too. Milliseconds are those of a text among many, on one thread.
/// @throws Error usage, where there are no test data; data, where a target's text stands in them
nlohmann::json evaluation(const Folder& folder, const RunConfig& config, Workers& workers);

}  // namespace inkling::distill
