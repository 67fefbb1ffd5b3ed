// The table of word vectors that text encoders start from.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "inkling/encoders/encoder.h"

namespace inkling {

struct WordTableOptions {
  std::string vectors = {};     ///< as JoinedVectors::open takes them; "" for none
  std::int64_t dimensions = 0;  ///< of a row; those of `vectors` where there are some
  double scale = 0.05;          ///< rows that `vectors` does not know are drawn from +-scale
  /// Root mean square of the pretrained vectors' numbers. Where there are several files, of the
  /// first one's; the others' vectors are as long as the first one's, in the root mean square over
  /// the words that a file has.
  double vector_scale = 0.05;
  /// How much of all texts each row is, to shift the pretrained vectors by their mean text; empty
  /// leaves them where they are. Text vectors have a large part in common, which hides what sets
  /// them apart (Arora et al. 2017; Mu & Viswanath 2018).
  std::vector<double> shares = {};
};

/// New vectors for every row of the vocabulary, drawn from [-scale, scale], the padding row zero;
/// those of `vectors` where it has the word.
/// @return [rows, dimensions]
Tensor word_table(const Vocabulary& vocabulary, const WordTableOptions& options, Key key,
                  at::ScalarType dtype);

/// The dimensions of `vectors`, or `dimensions` where it is "".
std::int64_t table_dimensions(const std::string& vectors, std::int64_t dimensions);

/// `first` with its table as it would be at hyper "scale", if that is there, where all of the table
/// was drawn or brought to `scale`.
Params rescaled(const Params& first, const std::string& table, double scale, const Hyper& hyper);

}  // namespace inkling
