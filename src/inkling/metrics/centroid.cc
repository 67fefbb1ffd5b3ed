#include "inkling/metrics/centroid.h"

#include <algorithm>
#include <cmath>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"

namespace inkling {
namespace {

std::vector<double> inverse_document_frequencies(const Vocabulary& vocabulary) {
  const auto counts = vocabulary.document_counts();
  const double documents = 1 + static_cast<double>(vocabulary.documents());
  std::vector<double> idf(static_cast<std::size_t>(vocabulary.rows()));
  for (std::size_t id = 0; id < idf.size(); ++id) {
    const double seen = id < counts.size() ? static_cast<double>(counts[id]) : 0;
    idf[id] = std::log(documents / (1 + seen)) + 1;
  }
  return idf;
}

}  // namespace

TfIdf::TfIdf(const Vocabulary& vocabulary, const TokenTable& table) {
  const std::vector<double> idf = inverse_document_frequencies(vocabulary);
  offsets_.reserve(static_cast<std::size_t>(table.size()) + 1);
  std::vector<std::int32_t> ids;
  for (std::int64_t i = 0; i < table.size(); ++i) {
    const auto text = table[i];
    ids.assign(text.begin(), text.end());
    std::sort(ids.begin(), ids.end());
    const std::size_t begin = entries_.size();
    double squares = 0;
    for (std::size_t at = 0; at < ids.size();) {
      const std::int32_t id = ids[at];
      std::size_t count = 0;
      for (; at < ids.size() && ids[at] == id; ++at) ++count;
      if (id == kPadding || id == kUnknown) continue;
      if (id < 0 || static_cast<std::size_t>(id) >= idf.size())
        throw Error(ErrorKind::internal, cat("id ", id, " of a vocabulary of ", idf.size()));
      const double weight = static_cast<double>(count) * idf[static_cast<std::size_t>(id)];
      squares += weight * weight;
      entries_.push_back({id, static_cast<float>(weight)});
    }
    const auto scale = static_cast<float>(1 / std::sqrt(squares));
    for (std::size_t at = begin; at < entries_.size(); ++at) entries_[at].weight *= scale;
    offsets_.push_back(static_cast<std::int64_t>(entries_.size()));
  }
}

std::span<const TfIdf::Entry> TfIdf::operator[](std::int64_t i) const {
  const auto at = static_cast<std::size_t>(i);
  return std::span(entries_).subspan(static_cast<std::size_t>(offsets_[at]),
                                     static_cast<std::size_t>(offsets_[at + 1] - offsets_[at]));
}

CentroidClassifier::CentroidClassifier(const TfIdf& vectors, std::span<const std::int64_t> support,
                                       std::span<const std::int32_t> classes, std::int32_t count)
    : vectors_(vectors), count_(static_cast<std::size_t>(std::max(count, 0))) {
  if (support.size() != classes.size())
    throw Error(ErrorKind::internal,
                cat(support.size(), " support texts with ", classes.size(), " classes"));
  for (const std::int64_t text : support)
    for (const TfIdf::Entry& entry : vectors[text]) ids_.push_back(entry.id);
  std::sort(ids_.begin(), ids_.end());
  ids_.erase(std::unique(ids_.begin(), ids_.end()), ids_.end());

  // The sum stands for the mean: only the direction counts.
  weights_.resize(ids_.size() * count_);
  for (std::size_t s = 0; s < support.size(); ++s) {
    const std::int32_t label = classes[s];
    if (label < 0 || label >= count)
      throw Error(ErrorKind::internal, cat("class ", label, " of ", count));
    auto place = ids_.begin();
    for (const TfIdf::Entry& entry : vectors[support[s]]) {
      place = std::lower_bound(place, ids_.end(), entry.id);
      const auto row = static_cast<std::size_t>(place - ids_.begin());
      weights_[row * count_ + static_cast<std::size_t>(label)] += entry.weight;
    }
  }
  std::vector<double> lengths(count_);
  for (std::size_t i = 0; i < weights_.size(); ++i)
    lengths[i % count_] += weights_[i] * weights_[i];
  for (double& length : lengths) length = length > 0 ? std::sqrt(length) : 1;
  for (std::size_t i = 0; i < weights_.size(); ++i) weights_[i] /= lengths[i % count_];
}

std::vector<double> CentroidClassifier::scores(std::int64_t i) const {
  std::vector<double> result(count_);
  auto place = ids_.begin();
  for (const TfIdf::Entry& entry : vectors_[i]) {
    place = std::lower_bound(place, ids_.end(), entry.id);
    if (place == ids_.end()) break;
    if (*place != entry.id) continue;
    const double* weights = &weights_[static_cast<std::size_t>(place - ids_.begin()) * count_];
    for (std::size_t c = 0; c < count_; ++c)
      result[c] += weights[c] * static_cast<double>(entry.weight);
  }
  return result;
}

}  // namespace inkling
