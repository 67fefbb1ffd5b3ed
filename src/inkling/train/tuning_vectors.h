// What the numbers of a hyperparameter are of: the steps, layers, words, classes, groups or
// examples of a training.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "inkling/api/hyperparameters.h"
#include "inkling/methods/method.h"
#include "inkling/text/vocabulary.h"

namespace inkling {

/// What there is a number for each of.
struct TuningExtent {
  std::int64_t steps = 0;
  std::int64_t examples = 0;
  std::vector<std::string> labels;
  std::vector<std::string> domains;  ///< groups of the examples; empty where they have none
  std::vector<std::string> layers;   ///< names of the parameters that are moved
  Method::InnerRates inner = {};     ///< of the steps on a task's support
  std::string table;                 ///< that of the words' vectors; "" where there is none
  Tensor rows;                       ///< int64 [R]: those of the table that occur
  const Vocabulary* vocabulary = nullptr;
};

/// A tensor of Hyper.
struct HyperEntry {
  std::string key;                  ///< as hyper_for, or the loss, looks it up
  std::vector<std::int64_t> shape;  ///< of [] a number
};

/// The tensors that hold a hyperparameter's numbers, in their order.
/// @throws Error usage, where there is nothing that they could be of
std::vector<HyperEntry> entries_of(const TunedHyperparameter& one, const TuningExtent& extent);

/// What each number is of: "step 3", a parameter's name, "head.bias, step 3", a word, a label, a
/// group, "example 7"; "" of a single one.
std::vector<std::string> names_of_numbers(const TunedHyperparameter& one,
                                          const TuningExtent& extent);

/// All numbers of the vectors as a table: hyperparameter, what the number is of, number. A tab,
/// line break or backslash of a name stands as \t, \n, \r or \\.
std::string vectors_table(std::span<const TunedHyperparameter> tuned, const TuningExtent& extent,
                          std::span<const double> values);

}  // namespace inkling
