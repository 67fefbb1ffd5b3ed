// Stage one: the teacher's members, its temperature and what it says of the labelled texts.
#pragma once

#include <nlohmann/json.hpp>

#include "inkling/distill/folder.h"
#include "inkling/distill/labelled_data.h"
#include "inkling/distill/teacher.h"
#include "inkling/formats/targets.h"

namespace inkling::distill {

/// Trains the members that are to be trained on data.splits.train, and on nothing else, and writes
/// the folder's teacher files.
/// @return  {"members": [...], "temperature", "out_of_fold_accuracy"}
nlohmann::json teach(const Folder& folder, const LabelledData& data, const RunConfig& config,
                     const DistillOptions& options, Workers& workers);

/// @throws Error io or data
Teacher teacher_in(const Folder& folder);

/// The labelled texts as they stand in out-of-fold.jsonl.
std::vector<Target> out_of_fold_targets(const Folder& folder);

/// @throws Error usage, where the folder's targets are of another teacher
void check_targets_of(const Folder& folder);
/// @throws Error usage, where the targets in `file` are of another teacher than the one of this
/// digest
void check_targets_of(const std::filesystem::path& file, const std::string& digest);

/// The directories of the teacher's members.
std::vector<std::filesystem::path> members_in(const Folder& folder);

}  // namespace inkling::distill
