// Stage three: what a targets file teaches.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "inkling/api/distill_options.h"
#include "inkling/train/task_data.h"

namespace inkling::distill {

/// What became of the lines of a targets file.
struct TargetCounts {
  std::int64_t texts = 0;  ///< that the student sees
  std::int64_t labelled = 0;
  std::int64_t corrected = 0;
  std::int64_t left_out = 0;  ///< of which the teacher is too unsure
};

struct StudentData {
  TextSplit split;
  /// The texts without a label of their own, where the student reads such.
  std::vector<std::string> unlabelled;
  TargetCounts counts;
};

/// Who is shown the targets.
struct StudentKind {
  std::int64_t round = 1;         ///< from 1
  bool reads_unlabelled = false;  ///< texts without a target too (Traits::unlabelled_ratio)
};

/// The texts of the file as training data with soft labels, as `options` say.
/// @param labels  those of the labelled data, in the order that the split has
/// @throws Error data, naming file and line: as TargetsReader; other labels than `labels`; no text
/// left without a label of its own, though there were some; one class alone. usage, for targets
/// "none" where the student reads no other texts
StudentData student_data(const std::filesystem::path& file, const std::vector<std::string>& labels,
                         const DistillOptions& options, const StudentKind& kind = {});

/// Of the texts of each predicted label, the share that a round's student is shown.
/// @throws Error usage
double surest_share(const DistillOptions& options, std::int64_t round);

/// Below which confidence a text of each label is left out. @throws Error usage
std::vector<double> thresholds_of(const DistillOptions& options,
                                  const std::vector<std::string>& labels);

}  // namespace inkling::distill
