// Stage two: the teacher's answers to a transfer set, written line by line.
#pragma once

#include <filesystem>
#include <string>
#include <unordered_set>
#include <vector>

#include "inkling/distill/teacher.h"
#include "inkling/formats/targets.h"
#include "inkling/formats/text_stream.h"

namespace inkling::distill {

struct LabellingSetup {
  const Teacher* teacher = nullptr;
  /// What stands in the file before the transfer set: the labelled texts.
  std::vector<Target> first = {};
  TextStream* texts = nullptr;
  std::string texts_digest = {};
  std::unordered_set<std::string> test = {};     ///< texts that may not be met ...
  bool leave_out = false;                        ///< ... or are left out
  std::unordered_set<std::string> without = {};  ///< left out: validation and labelled texts
  std::filesystem::path file = {};
  bool resume = false;
};

struct LabellingOutcome {
  std::int64_t lines = 0;     ///< of the file
  std::int64_t of_test = 0;   ///< texts left out in this run
  std::int64_t repeated = 0;  ///< the same, of setup.without
};

/// Writes `setup.file` as a whole, by way of FILE.part, which grows by whole texts: what was
/// labelled when it was stopped, by whatever means, is labelled already when it goes on.
/// @throws Error data, where a transfer text stands in the test data; usage, where FILE.part is of
/// another teacher or transfer set; Interrupted
LabellingOutcome label(const LabellingSetup& setup, Workers& workers);

}  // namespace inkling::distill
