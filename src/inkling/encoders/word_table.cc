#include "inkling/encoders/word_table.h"

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

namespace {

/// The mean text of the rows `places`.
Tensor mean_text(const Tensor& rows, const std::vector<std::int64_t>& places,
                 const std::vector<double>& shares) {
  std::vector<double> of_rows;
  for (const std::int64_t place : places) {
    of_rows.push_back(shares[static_cast<std::size_t>(place)]);
  }
  const Tensor weights = tensor_of(of_rows).unsqueeze(1);
  const double total = weights.sum().item<double>();
  if (total <= 0) return at::zeros({1, rows.size(1)}, rows.options());
  return ((rows.to(at::kDouble) * weights).sum(0, true) / total).to(rows.scalar_type());
}

}  // namespace

Tensor word_table(const Vocabulary& vocabulary, const WordTableOptions& options, Key key,
                  at::ScalarType dtype) {
  const std::int64_t rows = vocabulary.rows();
  const std::int64_t dimensions = options.dimensions;
  Tensor table = uniform(key, {rows, dimensions}, -options.scale, options.scale, at::kFloat);
  table[kPadding].zero_();
  if (options.vectors.empty()) return table.to(dtype);
  const WordVectors known = open_vectors(options.vectors);
  auto* out = table.data_ptr<float>();
  std::vector<std::int64_t> found;
  for (std::int64_t id = kUnknown + 1; id < vocabulary.words(); ++id) {
    const std::int64_t at = known.find(vocabulary.word(id));
    if (at < 0) continue;
    known.copy_row(at, std::span(out + id * dimensions, static_cast<std::size_t>(dimensions)));
    found.push_back(id);
  }
  if (found.empty()) return table.to(dtype);
  const Tensor places = tensor_of(found);
  Tensor vectors = table.index_select(0, places);
  if (!options.shares.empty()) vectors = vectors - mean_text(vectors, found, options.shares);
  const double deviation = vectors.to(at::kDouble).square().mean().sqrt().item<double>();
  if (deviation > 0) vectors = vectors * (options.vector_scale / deviation);
  table.index_copy_(0, places, vectors);
  return table.to(dtype);
}

}  // namespace inkling
