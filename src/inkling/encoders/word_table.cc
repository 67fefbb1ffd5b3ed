#include "inkling/encoders/word_table.h"

#include <cmath>
#include <vector>

#include "inkling/data/catalogue.h"
#include "inkling/data/vectors.h"

namespace inkling {
namespace {

WordVectors open_vectors(const std::string& name) {
  return WordVectors::open(resolve(name).path);
}

}  // namespace

std::int64_t table_dimensions(const std::string& vectors, std::int64_t dimensions) {
  return vectors.empty() ? dimensions : open_vectors(vectors).dimensions();
}

Tensor word_table(const Vocabulary& vocabulary, const std::string& vectors, std::int64_t dimensions,
                  double scale, Key key, at::ScalarType dtype, OtherRows others) {
  const std::int64_t rows = vocabulary.rows();
  const double drawn = others == OtherRows::drawn ? scale : 0;
  Tensor table = uniform(key, {rows, dimensions}, -drawn, drawn, at::kFloat);
  table[kPadding].zero_();
  if (vectors.empty()) return table.to(dtype);
  const WordVectors known = open_vectors(vectors);
  auto* out = table.data_ptr<float>();
  std::vector<std::int64_t> found;
  double square = 0;
  for (std::int64_t id = kUnknown + 1; id < vocabulary.words(); ++id) {
    const std::int64_t at = known.find(vocabulary.word(id));
    if (at < 0) continue;
    const std::span<float> row(out + id * dimensions, static_cast<std::size_t>(dimensions));
    known.copy_row(at, row);
    for (const float value : row) square += static_cast<double>(value) * value;
    found.push_back(id);
  }
  if (found.empty() || square == 0) return table.to(dtype);
  const double deviation = std::sqrt(square / static_cast<double>(found.size() * dimensions));
  const Tensor places = tensor_of(found);
  table.index_copy_(0, places, table.index_select(0, places) * (scale / deviation));
  return table.to(dtype);
}

}  // namespace inkling
