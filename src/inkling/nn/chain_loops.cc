#include "inkling/nn/chain_loops.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "inkling/nn/small_products.h"

namespace inkling {
namespace {

/// out = exp(x - shift), shift the largest of x (0 where that is not finite).
double exponentials(const double* x, std::int64_t size, double* out) {
  const double largest = *std::max_element(x, x + size);
  const double shift = std::isfinite(largest) ? largest : 0;
  for (std::int64_t i = 0; i < size; ++i) out[i] = std::exp(x[i] - shift);
  return shift;
}

void transpose_into(std::vector<double>& out, const std::vector<double>& x, std::int64_t tags) {
  out.resize(x.size());
  transpose(out.data(), x.data(), tags, tags);
}

/// out += x table, x [C], table [C, C].
void add_through(double* out, const double* x, const std::vector<double>& table,
                 std::int64_t tags) {
  add_product(out, Left<double>{x, tags, 1}, table.data(), 1, tags, tags);
}

}  // namespace

ChainTable::ChainTable(const double* weights, std::int64_t tags)
    : tags(tags),
      on(static_cast<std::size_t>(tags * tags)),
      starts(static_cast<std::size_t>(tags)),
      ends(static_cast<std::size_t>(tags)) {
  shift_on = exponentials(weights, tags * tags, on.data());
  shift_starts = exponentials(weights + tags * tags, tags, starts.data());
  shift_ends = exponentials(weights + tags * tags + tags, tags, ends.data());
  transpose_into(back, on, tags);
}

ChainMovement::ChainMovement(const ChainTable& table, const double* weights)
    : on(table.on), starts(table.starts), ends(table.ends) {
  for (std::size_t i = 0; i < on.size(); ++i) on[i] *= weights[i];
  for (std::size_t i = 0; i < starts.size(); ++i) {
    starts[i] *= weights[on.size() + i];
    ends[i] *= weights[on.size() + starts.size() + i];
  }
  transpose_into(back, on, table.tags);
}

double ChainPasses::ahead(const double* scores, std::int64_t length) {
  const std::int64_t tags = table_.tags;
  const auto size = static_cast<std::size_t>(length * tags);
  length_ = length;
  forbidden_ = false;
  const auto none = [&] {
    forbidden_ = true;
    return -std::numeric_limits<double>::infinity();
  };
  likely_.resize(size);
  begun_.assign(size, 0);
  scale_.resize(static_cast<std::size_t>(length + 1));
  double log_sum =
      static_cast<double>(length - 1) * table_.shift_on + table_.shift_starts + table_.shift_ends;
  for (std::int64_t t = 0; t < length; ++t) {
    double* here = row(begun_, t);
    double* likely = row(likely_, t);
    log_sum += exponentials(scores + t * tags, tags, likely);
    if (t == 0) {
      std::ranges::copy(table_.starts, here);
    } else {
      add_through(here, row(begun_, t - 1), table_.on, tags);
    }
    double sum = 0;
    for (std::int64_t j = 0; j < tags; ++j) {
      here[j] *= likely[j];
      sum += here[j];
    }
    if (sum == 0) return none();
    for (std::int64_t j = 0; j < tags; ++j) here[j] /= sum;
    scale_[static_cast<std::size_t>(t)] = sum;
    log_sum += std::log(sum);
  }
  double sum = 0;
  const double* last = row(begun_, length - 1);
  for (std::int64_t j = 0; j < tags; ++j) sum += last[j] * table_.ends[static_cast<std::size_t>(j)];
  if (sum == 0) return none();
  scale_[static_cast<std::size_t>(length)] = sum;
  return log_sum + std::log(sum);
}

void ChainPasses::add_pairs(const std::vector<double>& on, const std::vector<double>& from,
                            const std::vector<double>& to, double by, double* of_weights) {
  const std::int64_t tags = table_.tags;
  pairs_.assign(on.size(), 0);
  add_product(pairs_.data(), Left<double>{from.data(), 1, tags}, to.data() + tags, tags,
              length_ - 1, tags);
  for (std::size_t i = 0; i < on.size(); ++i) of_weights[i] += by * on[i] * pairs_[i];
}

void ChainPasses::back(double by, double* of_tags, double* of_weights) {
  if (forbidden_) return;
  const std::int64_t tags = table_.tags;
  const auto size = static_cast<std::size_t>(length_ * tags);
  ending_.assign(size, 0);
  entered_.resize(size);
  double* starts = of_weights + tags * tags;
  double* ends = starts + tags;
  for (std::int64_t t = length_ - 1; t >= 0; --t) {
    double* ending = row(ending_, t);
    if (t == length_ - 1) {
      const double scale = scale_[static_cast<std::size_t>(length_)];
      for (std::int64_t j = 0; j < tags; ++j) {
        ending[j] = table_.ends[static_cast<std::size_t>(j)] / scale;
      }
    } else {
      add_through(ending, row(entered_, t + 1), table_.back, tags);
    }
    const double scale = scale_[static_cast<std::size_t>(t)];
    for (std::int64_t j = 0; j < tags; ++j) {
      row(entered_, t)[j] = row(likely_, t)[j] * ending[j] / scale;
      const double probability = by * row(begun_, t)[j] * ending[j];
      of_tags[t * tags + j] += probability;
      if (t == 0) starts[j] += probability;
      if (t == length_ - 1) ends[j] += probability;
    }
  }
  add_pairs(table_.on, begun_, entered_, by, of_weights);
}

double ChainPasses::moved_ahead(const double* scores, const ChainMovement& movement) {
  const std::int64_t tags = table_.tags;
  begun_moved_.assign(begun_.size(), 0);
  rate_.resize(scale_.size());
  double total = 0;
  for (std::int64_t t = 0; t < length_; ++t) {
    double* moved = row(begun_moved_, t);
    if (t == 0) {
      std::ranges::copy(movement.starts, moved);
    } else {
      add_through(moved, row(begun_moved_, t - 1), table_.on, tags);
      add_through(moved, row(begun_, t - 1), movement.on, tags);
    }
    const double scale = scale_[static_cast<std::size_t>(t)];
    const double* begun = row(begun_, t);
    double rate = 0;
    for (std::int64_t j = 0; j < tags; ++j) {
      moved[j] = moved[j] * row(likely_, t)[j] / scale + begun[j] * scores[t * tags + j];
      rate += moved[j];
    }
    for (std::int64_t j = 0; j < tags; ++j) moved[j] -= begun[j] * rate;
    rate_[static_cast<std::size_t>(t)] = rate;
    total += rate;
  }
  double rate = 0;
  for (std::int64_t j = 0; j < tags; ++j) {
    rate += row(begun_moved_, length_ - 1)[j] * table_.ends[static_cast<std::size_t>(j)] +
            row(begun_, length_ - 1)[j] * movement.ends[static_cast<std::size_t>(j)];
  }
  rate /= scale_[static_cast<std::size_t>(length_)];
  rate_[static_cast<std::size_t>(length_)] = rate;
  return total + rate;
}

double ChainPasses::along(const double* scores, const ChainMovement& movement, double by,
                          double* of_tags, double* of_weights) {
  if (forbidden_) return 0;
  const double rate = moved_ahead(scores, movement);
  const std::int64_t tags = table_.tags;
  ending_.assign(begun_.size(), 0);
  ending_moved_.assign(begun_.size(), 0);
  entered_.resize(begun_.size());
  entered_moved_.resize(begun_.size());
  double* starts = of_weights + tags * tags;
  double* ends = starts + tags;
  for (std::int64_t t = length_ - 1; t >= 0; --t) {
    double* ending = row(ending_, t);
    double* moved = row(ending_moved_, t);
    if (t == length_ - 1) {
      const double scale = scale_[static_cast<std::size_t>(length_)];
      const double of_scale = rate_[static_cast<std::size_t>(length_)];
      for (std::int64_t j = 0; j < tags; ++j) {
        const auto tag = static_cast<std::size_t>(j);
        ending[j] = table_.ends[tag] / scale;
        moved[j] = movement.ends[tag] / scale - ending[j] * of_scale;
      }
    } else {
      add_through(ending, row(entered_, t + 1), table_.back, tags);
      add_through(moved, row(entered_moved_, t + 1), table_.back, tags);
      add_through(moved, row(entered_, t + 1), movement.back, tags);
    }
    const double scale = scale_[static_cast<std::size_t>(t)];
    const double of_scale = rate_[static_cast<std::size_t>(t)];
    for (std::int64_t j = 0; j < tags; ++j) {
      const double likely = row(likely_, t)[j] / scale;
      row(entered_, t)[j] = likely * ending[j];
      row(entered_moved_, t)[j] =
          likely * (ending[j] * (scores[t * tags + j] - of_scale) + moved[j]);
      const double found =
          by * (row(begun_moved_, t)[j] * ending[j] + row(begun_, t)[j] * moved[j]);
      of_tags[t * tags + j] += found;
      if (t == 0) starts[j] += found;
      if (t == length_ - 1) ends[j] += found;
    }
  }
  add_pairs(table_.on, begun_moved_, entered_, by, of_weights);
  add_pairs(table_.on, begun_, entered_moved_, by, of_weights);
  add_pairs(movement.on, begun_, entered_, by, of_weights);
  return rate;
}

}  // namespace inkling
