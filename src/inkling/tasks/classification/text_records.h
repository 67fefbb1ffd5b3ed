// Episodes of texts as tensors: a gather from the token table, with the words that occur
// renumbered.
#pragma once

#include <span>
#include <vector>

#include "inkling/data/episodes.h"
#include "inkling/nn/batch.h"
#include "inkling/text/text_weights.h"
#include "inkling/text/token_table.h"

namespace inkling {

/// Turns texts of a table into batches.
class TextRecords {
 public:
  /// @param rows  of the model's table
  /// @param frequencies  of its rows, for Words::frequencies; empty where these are not wanted
  TextRecords(const TokenTable& table, TextWeights weights, std::int64_t rows, at::ScalarType dtype,
              at::Device device, std::vector<float> frequencies = {})
      : table_(table),
        weights_(std::move(weights)),
        rows_(rows),
        dtype_(dtype),
        device_(device),
        frequencies_(std::move(frequencies)) {}

  /// @param episodes  all of one shape
  /// @param classes   of each
  Record make(std::span<const Episode> episodes, std::int64_t classes) const;

 private:
  const TokenTable& table_;
  TextWeights weights_;
  std::int64_t rows_;
  at::ScalarType dtype_;
  at::Device device_;
  std::vector<float> frequencies_;
};

}  // namespace inkling
