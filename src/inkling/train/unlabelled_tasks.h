// Tasks from texts that nobody labelled.
#pragma once

#include <string>
#include <unordered_set>

#include "inkling/api/run_config.h"
#include "inkling/data/dataset.h"

namespace inkling {

/// Labelled examples made of the texts of data.unlabelled as data.unlabelled-tasks says, for tasks
/// by label:
///   masked-words  which of its words was masked in a sentence (SMLMT, Bansal et al. 2020)
///   clusters      which cluster a text is of (CACTUs, Hsu et al. 2019): k-means of its words'
///                 pretrained vectors weighed as SIF has it where the encoder has such vectors, of
///                 random vectors of its words weighed by how rare they are where not
/// Classes that are too small for the configuration's tasks are left out. That texts carry labels,
/// which are not looked at, is said.
/// @param test  texts that are left out, since they are tested on
/// @throws Error usage where tasks are not by label; data where there are not two such classes
Dataset unlabelled_tasks(const RunConfig& config, const std::unordered_set<std::string>& test);

}  // namespace inkling
