#include "inkling/encoders/word_table.h"

#include <cmath>
#include <vector>

#include "inkling/data/joined_vectors.h"

namespace inkling {

std::int64_t table_dimensions(const std::string& vectors, std::int64_t dimensions) {
  return vectors.empty() ? dimensions : JoinedVectors::open(vectors).dimensions();
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

/// The columns of each file, less `mean` where it is defined, scaled so that the vectors of words
/// that the file has are as long as a first file's would be whose numbers have the root mean square
/// `scale`.
Tensor of_one_length(const Tensor& vectors, const Tensor& mean,
                     const std::vector<JoinedVectors::Part>& parts, double scale) {
  const double length = scale * std::sqrt(static_cast<double>(parts.front().end));
  std::vector<Tensor> scaled;
  for (const auto& [begin, end] : parts) {
    Tensor columns = vectors.slice(1, begin, end);
    const Tensor has = columns.ne(0).any(1);
    if (mean.defined()) columns = columns - mean.slice(1, begin, end);
    const Tensor squares = columns.to(at::kDouble).square().sum(1).masked_select(has);
    const double measured = squares.numel() > 0 ? squares.mean().sqrt().item<double>() : 0;
    scaled.push_back(measured > 0 ? columns * (length / measured) : columns);
  }
  return at::cat(scaled, 1);
}

}  // namespace

Tensor word_table(const Vocabulary& vocabulary, const WordTableOptions& options, Key key,
                  at::ScalarType dtype) {
  const std::int64_t rows = vocabulary.rows();
  const std::int64_t dimensions = options.dimensions;
  Tensor table = uniform(key, {rows, dimensions}, -options.scale, options.scale, at::kFloat);
  table[kPadding].zero_();
  if (options.vectors.empty()) return table.to(dtype);
  const JoinedVectors known = JoinedVectors::open(options.vectors);
  auto* out = table.data_ptr<float>();
  std::vector<std::int64_t> found;
  for (std::int64_t id = kUnknown + 1; id < vocabulary.words(); ++id) {
    const std::span row(out + id * dimensions, static_cast<std::size_t>(dimensions));
    if (known.copy(vocabulary.word(id), row)) found.push_back(id);
  }
  if (found.empty()) return table.to(dtype);
  const Tensor places = tensor_of(found);
  const Tensor vectors = table.index_select(0, places);
  const Tensor mean = options.shares.empty() ? Tensor() : mean_text(vectors, found, options.shares);
  table.index_copy_(0, places, of_one_length(vectors, mean, known.parts(), options.vector_scale));
  return table.to(dtype);
}

Params rescaled(const Params& first, const std::string& table, double scale, const Hyper& hyper) {
  const Tensor* asked = hyper.find("scale");
  const Tensor* drawn = first.find(table);
  if (asked == nullptr || drawn == nullptr) return first;
  Params all = first;
  all.set(table, *drawn * (*asked / scale));
  return all;
}

}  // namespace inkling
