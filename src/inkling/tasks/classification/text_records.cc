#include "inkling/tasks/classification/text_records.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "inkling/base/error.h"

namespace inkling {
namespace {

/// The rows that occur, each once.
class RowNumbers {
 public:
  explicit RowNumbers(std::int64_t rows) : seen_(static_cast<std::size_t>((rows + 63) / 64), 0) {}

  void see(std::int32_t row) {
    const auto at = static_cast<std::size_t>(row);
    seen_[at / 64] |= std::uint64_t{1} << (at % 64);
  }

  /// The rows that were seen, rising; places[row] becomes a row's number among them.
  std::vector<std::int64_t> rows(std::vector<std::int32_t>& places) const {
    std::vector<std::int64_t> found;
    for (std::size_t word = 0; word < seen_.size(); ++word) {
      for (std::uint64_t bits = seen_[word]; bits != 0; bits &= bits - 1) {
        const std::size_t row = word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
        places[row] = static_cast<std::int32_t>(found.size());
        found.push_back(static_cast<std::int64_t>(row));
      }
    }
    return found;
  }

 private:
  std::vector<std::uint64_t> seen_;  ///< a bit a row
};

}  // namespace

Record TextRecords::make(std::span<const Episode> episodes, std::int64_t classes) const {
  // The renumbering needs a place a row; kept by thread, and only the places in use are read.
  thread_local std::vector<std::int32_t> places;
  if (places.size() < static_cast<std::size_t>(rows_)) {
    places.resize(static_cast<std::size_t>(rows_));
  }
  // The last text that had a row, as texts are counted by a thread.
  thread_local std::vector<std::int64_t> last_text;
  thread_local std::int64_t text = 0;
  if (weights_.binary && last_text.size() < places.size()) last_text.resize(places.size());
  const bool l2 = weights_.norm == TextNorm::l2;
  RowNumbers numbers(rows_);
  const auto each = [&](auto part, auto visit) {
    for (const Episode& episode : episodes) {
      for (const std::int64_t index : episode.*part) {
        visit(table_[index],
              static_cast<std::size_t>(table_.word_counts[static_cast<std::size_t>(index)]));
      }
    }
  };
  const auto see = [&](std::span<const std::int32_t> ids, std::size_t) {
    for (const std::int32_t id : ids) numbers.see(id);
  };
  each(&Episode::support, see);
  each(&Episode::query, see);

  Record record;
  record.rows = tensor_of(numbers.rows(places)).to(device_);
  record.classes = classes;
  const auto batch = [&](auto part) {
    Batch made;
    made.episodes = static_cast<std::int64_t>(episodes.size());
    made.units = static_cast<std::int64_t>((episodes[0].*part).size());
    for (const Episode& episode : episodes) {
      if (static_cast<std::int64_t>((episode.*part).size()) != made.units) {
        throw Error(ErrorKind::internal, "episodes of one record differ in size");
      }
    }
    std::int64_t total = 0;
    each(part, [&](std::span<const std::int32_t> text, std::size_t) {
      total += static_cast<std::int64_t>(text.size());
    });
    const Tensor ids = at::empty({total}, at::TensorOptions().dtype(at::kLong));
    const Tensor weights = at::empty({total}, at::TensorOptions().dtype(at::kFloat));
    auto* next_id = ids.data_ptr<std::int64_t>();
    auto* next_weight = weights.data_ptr<float>();
    std::vector<float> frequencies;
    std::vector<std::int64_t> offsets = {0};
    // Entries that make `share` of their text.
    const auto add = [&](std::span<const std::int32_t> entries, double share) {
      float* const first = next_weight;
      double norm = 0;
      for (const std::int32_t id : entries) {
        const auto row = static_cast<std::size_t>(id);
        if (weights_.binary && std::exchange(last_text[row], text) == text) continue;
        const float weight = weights_.rows.empty() ? 1 : weights_.rows[row];
        *next_id++ = places[row];
        *next_weight++ = weight;
        norm += l2 ? weight * weight : weight;
        if (!frequencies_.empty()) frequencies.push_back(frequencies_[row]);
      }
      if (norm == 0) return;
      const auto scale = static_cast<float>(l2 ? std::sqrt(share / norm) : share / norm);
      for (float* weight = first; weight != next_weight; ++weight) *weight *= scale;
    };
    each(part, [&](std::span<const std::int32_t> entries, std::size_t words) {
      const bool both = words < entries.size();
      ++text;
      add(entries.first(words), both ? 0.5 : 1);
      add(entries.subspan(words), 0.5);
      const std::int64_t end = next_id - ids.const_data_ptr<std::int64_t>();
      made.words.longest = std::max(made.words.longest, end - offsets.back());
      offsets.push_back(end);
    });
    made.words.ids = ids.narrow(0, 0, offsets.back()).to(device_);
    made.words.weights = weights.narrow(0, 0, offsets.back()).to(device_, dtype_);
    made.words.offsets = tensor_of(offsets).to(device_);
    if (!frequencies_.empty()) {
      made.words.frequencies = tensor_of(frequencies).to(device_, dtype_);
    }
    return made;
  };
  const auto targets = [&](auto part) {
    std::vector<std::int64_t> values;
    for (const Episode& episode : episodes) {
      values.insert(values.end(), (episode.*part).begin(), (episode.*part).end());
    }
    const auto count = static_cast<std::int64_t>(episodes.size());
    const auto units = static_cast<std::int64_t>(values.size()) / count;
    return Targets{tensor_of(values).reshape({count, units}).to(device_), {}};
  };
  record.support = batch(&Episode::support);
  record.support_targets = targets(&Episode::support_classes);
  record.query = batch(&Episode::query);
  record.query_targets = targets(&Episode::query_classes);
  return record;
}

}  // namespace inkling
