// Tasks from texts that nobody labelled.
#pragma once

#include <string>
#include <unordered_set>
#include <vector>

#include "inkling/api/run_config.h"
#include "inkling/data/dataset.h"

namespace inkling {

/// The texts of data.unlabelled, without those of `test`; how many these are, and that texts carry
/// labels, which are not looked at, is said.
/// @throws Error io or data
std::vector<std::string> unlabelled_texts(const RunConfig& config,
                                          const std::unordered_set<std::string>& test);

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

/// The texts of data.unlabelled as they are, each once, for a method that looks at no label
/// (Traits::self_supervised): all are of one class, "unlabelled".
/// @throws Error data where there are not two texts
Dataset unlabelled_dataset(const RunConfig& config, const std::unordered_set<std::string>& test);

/// @throws Error usage, where a model that learns no label would be asked for labels that mean the
/// same everywhere
void check_by_label(const RunConfig& config);

}  // namespace inkling
