#include "inkling/methods/fixmatch/back_masking.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace inkling::fixmatch {
namespace {

/// The entries of a batch in the order of what stands before them.
class Followers {
 public:
  Followers(std::span<const std::int64_t> ids, std::span<const std::int64_t> offsets)
      : before_(ids.size(), kStart), order_(ids.size()), rank_(ids.size()) {
    for (std::size_t text = 0; text + 1 < offsets.size(); ++text) {
      for (std::int64_t at = offsets[text] + 1; at < offsets[text + 1]; ++at) {
        before_[static_cast<std::size_t>(at)] = ids[static_cast<std::size_t>(at) - 1];
      }
    }
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    const auto of = [&](std::size_t place) { return before_[place]; };
    std::ranges::stable_sort(order_, {}, of);
    for (std::size_t i = 0; i < order_.size(); ++i) rank_[order_[i]] = i;
  }

  /// Another place after the same entry, or after a text's begin; any place where there is none.
  std::size_t drawn(std::size_t place, Rng& rng) const {
    const auto of = [&](std::size_t other) { return before_[other]; };
    const auto [first, last] = std::ranges::equal_range(order_, before_[place], {}, of);
    const auto others = static_cast<std::uint64_t>(last - first - 1);
    if (others == 0) return rng.below(order_.size());
    const auto begin = static_cast<std::size_t>(first - order_.begin());
    const std::size_t at = begin + rng.below(others);
    return order_[at < rank_[place] ? at : at + 1];
  }

 private:
  static constexpr std::int64_t kStart = -1;

  std::vector<std::int64_t> before_;
  std::vector<std::size_t> order_;
  std::vector<std::size_t> rank_;
};

std::span<const std::int64_t> numbers_of(const Tensor& tensor) {
  return {tensor.const_data_ptr<std::int64_t>(), static_cast<std::size_t>(tensor.numel())};
}

}  // namespace

Batch back_masked(const Batch& batch, double rate, Fill fill, Key key) {
  const Words& words = batch.words;
  if (rate <= 0 || !words.ids.defined() || words.ids.numel() == 0) return batch;
  const Tensor ids = words.ids.to(at::kCPU).contiguous();
  const Tensor offsets = words.offsets.to(at::kCPU).contiguous();
  const auto count = static_cast<std::size_t>(ids.numel());
  const Followers followers(numbers_of(ids), numbers_of(offsets));
  std::vector<std::int64_t> from(count);
  Rng rng(key);
  for (std::size_t place = 0; place < count; ++place) {
    from[place] = static_cast<std::int64_t>(place);
    if (rng.uniform() >= rate) continue;
    const std::size_t drawn =
        fill == Fill::followers ? followers.drawn(place, rng) : rng.below(count);
    from[place] = static_cast<std::int64_t>(drawn);
  }
  const Tensor places = tensor_of(from).to(words.ids.device());
  Batch filled = batch;
  filled.words.ids = words.ids.index_select(0, places);
  if (words.frequencies.defined()) {
    filled.words.frequencies = words.frequencies.index_select(0, places);
  }
  return filled;
}

}  // namespace inkling::fixmatch
