// The table of word vectors that text encoders start from.
#pragma once

#include <cstdint>
#include <string>

#include "inkling/encoders/encoder.h"

namespace inkling {

/// New vectors for every row of the vocabulary, drawn from [-scale, scale], the padding row zero;
/// those of `vectors` (a name of the catalogue or a file; "" for none) where it has the word.
/// Pretrained vectors are scaled so that their numbers have root mean square `scale`, so that
/// `scale` means about the same with and without.
/// @param others  what the rows have that `vectors` does not know
/// @return [rows, dimensions]
enum class OtherRows { drawn, zero };
Tensor word_table(const Vocabulary& vocabulary, const std::string& vectors, std::int64_t dimensions,
                  double scale, Key key, at::ScalarType dtype, OtherRows others = OtherRows::drawn);

/// The dimensions of `vectors`, or `dimensions` where it is "".
std::int64_t table_dimensions(const std::string& vectors, std::int64_t dimensions);

}  // namespace inkling
