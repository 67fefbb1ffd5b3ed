// What a classifier said of each item, beside the truth.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace inkling {

/// Answers of one episode or of a whole test set: scores are logits, row-major [items, classes].
struct Answers {
  std::vector<double> scores;
  std::vector<std::int32_t> truth;  ///< class of each item
  std::int32_t classes = 0;

  std::span<const double> row(std::int64_t item) const {
    return std::span(scores).subspan(
        static_cast<std::size_t>(item) * static_cast<std::size_t>(classes),
        static_cast<std::size_t>(classes));
  }
  std::int64_t size() const { return static_cast<std::int64_t>(truth.size()); }
};

/// @throws Error internal, when the sizes do not fit or a truth is no class; numeric, when a score
/// is not finite
void check(const Answers& answers);

/// The class with the highest score; the lowest of equals.
/// @param scores  at least one
std::int32_t argmax(std::span<const double> scores);

}  // namespace inkling
