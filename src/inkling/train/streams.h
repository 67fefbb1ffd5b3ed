// The streams of random numbers that a seed stands for.
#pragma once

#include "inkling/base/rng.h"

namespace inkling {

enum class Stream : std::uint64_t {
  parameters = 1,
  episodes,
  order,
  noise,
  validation,
  test,
  baseline,
  search,      ///< points of a search without a gradient
  clean,       ///< order of the clean examples
  flips,       ///< labels that are made wrong
  kept,        ///< labels that are kept, where the others count as unlabelled
  unlabelled,  ///< tasks made of texts without labels
  beside       ///< order of the texts without a label beside a batch
};

inline Key stream(std::int64_t seed, Stream which) {
  return Key{static_cast<std::uint64_t>(seed)}.fold(static_cast<std::uint64_t>(which));
}

}  // namespace inkling
