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

/// What the ids of a record mean.
enum class Ids {
  numbers,  ///< places in Record::rows
  rows,     ///< rows of the model's table: token arrays alone, the words' weights and frequencies
            ///< and Record::rows are undefined
};

/// Turns texts of a table into batches.
class TextRecords {
 public:
  /// @param rows  of the model's table
  /// @param frequencies  of its rows, for Words::frequencies; empty where these are not wanted
  TextRecords(const TokenTable& table, TextWeights weights, std::int64_t rows, at::ScalarType dtype,
              at::Device device, std::vector<float> frequencies = {});
  TextRecords(const TextRecords&) = delete;
  TextRecords& operator=(const TextRecords&) = delete;

  /// @param episodes  all of one shape
  /// @param classes   of each
  Record make(std::span<const Episode> episodes, std::int64_t classes,
              Ids ids = Ids::numbers) const;

 private:
  /// Where a text's ids stand: first its words, then its n-grams. The weights of the rows of either
  /// are multiplied by one number.
  struct Place {
    std::int64_t begin;
    std::int32_t size;
    std::int32_t words;
    float of_words;
    float of_ngrams;
  };
  using Texts = std::span<const Place>;

  /// Leaves each row of a text there once.
  void count_once();
  /// What makes the rows of a part `share` of their text, by the norm that is asked for.
  float scale(std::span<const std::int32_t> rows, double share) const;
  /// Where arrays of a record's entries are to be written: the support's, then the query's.
  struct Entries {
    std::int64_t* ids;  ///< with room for kStride more where they are rows
    float* weights;     ///< with room for kStride more
    float* frequencies;
  };

  /// The ids of the texts, one after the other, and what follows up to a whole stride.
  void copy(Texts texts, std::int32_t* out) const;
  void copy(Texts texts, std::int64_t* out) const;
  template <class Id>
  void copy_each(Texts texts, Id* out) const;
  /// @param rows  of the entries
  void weigh(Texts texts, std::span<const std::int32_t> rows, const Entries& to) const;
  std::span<const std::int32_t> ids(const Place& text) const {
    return ids_.subspan(static_cast<std::size_t>(text.begin), static_cast<std::size_t>(text.size));
  }
  Tensor of_type(const Tensor& made) const;
  Tensor on_device(const Tensor& made) const { return device_.is_cpu() ? made : made.to(device_); }

  std::vector<std::int32_t> each_once_;  ///< the table's ids where a word counts once in a text
  std::span<const std::int32_t> ids_;
  std::span<const PairMarks> pairs_;  ///< of each text; empty where texts have none
  std::vector<Place> places_;         ///< of each text: what is read of it stands together
  TextWeights weights_;
  std::int64_t rows_;
  at::ScalarType dtype_;
  at::Device device_;
  std::vector<float> frequencies_;
};

}  // namespace inkling
