#include "inkling/metrics/sif.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace inkling {
namespace {

constexpr double kSif = 1e-3;

void to_unit_length(std::span<float> values) {
  double squares = 0;
  for (const float value : values) squares += static_cast<double>(value) * value;
  if (squares == 0) return;
  const auto scale = static_cast<float>(1 / std::sqrt(squares));
  for (float& value : values) value *= scale;
}

}  // namespace

SifVectors::SifVectors(const Vocabulary& vocabulary, const JoinedVectors& vectors,
                       const TokenTable& table)
    : dimensions_(vectors.dimensions()),
      values_(static_cast<std::size_t>(table.size() * vectors.dimensions())) {
  const auto counts = vocabulary.counts();
  const double all = std::max(1.0, static_cast<double>(std::reduce(counts.begin(), counts.end())));
  const auto width = static_cast<std::size_t>(dimensions_);
  const auto words = static_cast<std::size_t>(vocabulary.words());
  std::vector<bool> known(words);
  std::vector<float> rows(words * width);
  for (std::int64_t id = kUnknown + 1; id < vocabulary.words(); ++id) {
    const auto at = static_cast<std::size_t>(id);
    known[at] = vectors.copy(vocabulary.word(id), std::span(rows).subspan(at * width, width));
  }
  for (std::int64_t i = 0; i < table.size(); ++i) {
    const std::span<float> out =
        std::span(values_).subspan(static_cast<std::size_t>(i) * width, width);
    for (const std::int32_t id : table[i]) {
      const auto at = static_cast<std::size_t>(id);
      if (at >= words || !known[at]) continue;
      const double frequency = static_cast<double>(counts[at]) / all;
      const auto weight = static_cast<float>(kSif / (kSif + frequency));
      for (std::size_t d = 0; d < width; ++d) out[d] += weight * rows[at * width + d];
    }
    to_unit_length(out);
  }
}

SifCentroids::SifCentroids(const SifVectors& vectors, std::span<const std::int64_t> support,
                           std::span<const std::int32_t> classes, std::int32_t count)
    : vectors_(vectors),
      count_(static_cast<std::size_t>(count)),
      means_(count_ * static_cast<std::size_t>(vectors.dimensions())) {
  const auto width = static_cast<std::size_t>(vectors.dimensions());
  for (std::size_t s = 0; s < support.size(); ++s) {
    float* mean = &means_[static_cast<std::size_t>(classes[s]) * width];
    const auto vector = vectors[support[s]];
    for (std::size_t d = 0; d < width; ++d) mean[d] += vector[d];
  }
  for (std::size_t c = 0; c < count_; ++c) {
    to_unit_length(std::span(means_).subspan(c * width, width));
  }
}

std::vector<double> SifCentroids::scores(std::int64_t i) const {
  const auto vector = vectors_[i];
  std::vector<double> scores;
  for (std::size_t c = 0; c < count_; ++c) {
    scores.push_back(
        std::inner_product(vector.begin(), vector.end(),
                           means_.begin() + static_cast<std::ptrdiff_t>(c * vector.size()), 0.0));
  }
  return scores;
}

}  // namespace inkling
