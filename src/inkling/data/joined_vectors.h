// Pretrained word vectors as an encoder names them: those of one file, or of several side by side.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "inkling/data/vectors.h"

namespace inkling {

/// A word's vector is its vectors in the files, one after the other: zeros for a file that does not
/// have it. So a lexicon, vectors of one number, can stand beside vectors of a hundred.
class JoinedVectors {
 public:
  /// The columns of one file.
  struct Part {
    std::int64_t begin = 0;
    std::int64_t end = 0;
  };

  /// @param names  "A" or "A+B": each a name of the catalogue or a file
  /// @throws Error usage for an empty name; io or data
  static JoinedVectors open(std::string_view names);

  std::int64_t dimensions() const { return parts_.back().end; }
  const std::vector<Part>& parts() const { return parts_; }
  /// Writes the word's vector to `out`, which has dimensions() places.
  /// @return whether a file has the word; where none has, nothing is written
  bool copy(std::string_view word, std::span<float> out) const;
  /// The files' words in turn, from each its most frequent first: `count` of them, or all.
  std::vector<std::string> words(std::int64_t count) const;

 private:
  std::vector<WordVectors> files_;
  std::vector<Part> parts_;
};

}  // namespace inkling
