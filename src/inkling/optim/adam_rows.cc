// Compiled without errno (CMakeLists.txt): a root that would set it is no vector instruction.
#include "inkling/optim/adam_rows.h"

#include <ATen/Dispatch.h>

#include <algorithm>
#include <cmath>

#include "inkling/nn/clones.h"
#include "inkling/tensor/share_out.h"

namespace inkling {
namespace {

/// Rows that a thread takes at once, and what a sum is cut into.
constexpr std::int64_t kRowsAtOnce = 64;
/// Numbers that are worked on together.
constexpr std::int64_t kLanes = 64;

using Rest = AdamCourse::Rest;

template <class T>
constexpr T kTiny = static_cast<T>(sizeof(T) == 8 ? 1e-60 : 1e-30);
template <class T>
constexpr double kSmallest = sizeof(T) == 8 ? 1e-24 : 1e-12;

/// out = values - first * the sum over rests of alpha / (beta * root + epsilon).
template <class T>
[[gnu::always_inline]] inline void rest(T* __restrict out, const T* __restrict values,
                                        const T* __restrict first, const T* __restrict second,
                                        std::int64_t size, const Rest* rests, std::size_t count,
                                        T epsilon) {
  T root[kLanes];
  T sum[kLanes];
  for (std::int64_t from = 0; from < size; from += kLanes) {
    const std::int64_t n = std::min(kLanes, size - from);
    for (std::int64_t i = 0; i < n; ++i) {
      root[i] = std::sqrt(std::max(second[from + i], kTiny<T>));
      sum[i] = 0;
    }
    for (std::size_t j = 0; j < count; ++j) {
      const T alpha = static_cast<T>(rests[j].alpha);
      const T beta = static_cast<T>(rests[j].beta);
      for (std::int64_t i = 0; i < n; ++i) sum[i] += alpha / (beta * root[i] + epsilon);
    }
    for (std::int64_t i = 0; i < n; ++i)
      out[from + i] = values[from + i] - first[from + i] * sum[i];
  }
}

/// A step with a gradient, after a rest that left `kept1` and `kept2` of the moments.
template <class T>
struct Step {
  T kept1, kept2;
  T beta1, rest1, beta2, rest2;
  T first, second;  ///< what makes the moments unbiased
  T rate, epsilon;
};

template <class T>
[[gnu::always_inline]] inline void move(T* __restrict values, T* __restrict first,
                                        T* __restrict second, const T* __restrict rested,
                                        const T* __restrict gradient, std::int64_t size,
                                        const Step<T>& by) {
  for (std::int64_t i = 0; i < size; ++i) {
    const T g = gradient[i];
    const T m = by.beta1 * (by.kept1 * first[i]) + by.rest1 * g;
    const T v = by.beta2 * (by.kept2 * second[i]) + by.rest2 * (g * g);
    first[i] = m;
    second[i] = v;
    const T root = std::sqrt(std::max(v * by.second, kTiny<T>));
    values[i] = rested[i] - by.rate * (m * by.first) / (root + by.epsilon);
  }
}

/// The other way: of_first and of_second become those before the step. @return  that of the rate
template <class T>
[[gnu::always_inline]] inline double move_back(
    T* __restrict of_gradient, T* __restrict of_first, T* __restrict of_second,
    const T* __restrict of_values, const T* __restrict first, const T* __restrict second,
    const T* __restrict gradient, std::int64_t size, const Step<T>& by) {
  T sums[kLanes] = {};
  T unbiased[kLanes];
  T slope[kLanes];  // of the root, times the root
  const T half = by.second / 2;
  for (std::int64_t from = 0; from < size; from += kLanes) {
    const std::int64_t n = std::min(kLanes, size - from);
    for (std::int64_t l = 0; l < n; ++l) {
      const T g = gradient[from + l];
      unbiased[l] = (by.beta2 * (by.kept2 * second[from + l]) + by.rest2 * (g * g)) * by.second;
      slope[l] = unbiased[l] >= kTiny<T> ? half : T(0);
    }
    for (std::int64_t l = 0; l < n; ++l) {
      const std::int64_t i = from + l;
      const T g = gradient[i];
      const T mean = (by.beta1 * (by.kept1 * first[i]) + by.rest1 * g) * by.first;
      const T root = std::sqrt(std::max(unbiased[l], kTiny<T>));
      const T with = root + by.epsilon;
      const T both = 1 / (root * with);  // a division for two: of the root, and with epsilon
      const T inverse = both * root;
      const T share = of_values[i] * inverse;
      sums[l] -= share * mean;
      const T m_after = of_first[i] - by.rate * by.first * share;
      const T v_after = of_second[i] + by.rate * share * mean * inverse * slope[l] * (both * with);
      of_gradient[i] = by.rest1 * m_after + 2 * by.rest2 * g * v_after;
      of_first[i] = by.beta1 * m_after;
      of_second[i] = by.beta2 * v_after;
    }
  }
  double sum = 0;
  for (const T part : sums) sum += static_cast<double>(part);
  return sum;
}

/// The way back through a rest: of_first and of_second become those of when it began, and
/// of_rates[j] gets what belongs to its j-th step.
template <class T>
[[gnu::always_inline]] inline void rest_back(T* __restrict of_first, T* __restrict of_second,
                                             const T* __restrict of_values,
                                             const T* __restrict first, const T* __restrict second,
                                             std::int64_t size, const Rest* rests,
                                             std::size_t count, T kept1, T kept2, T epsilon,
                                             double* of_rates) {
  T root[kLanes];
  T with[kLanes];
  T inverse[kLanes];
  T slope[kLanes];
  T products[kLanes];
  for (std::int64_t from = 0; from < size; from += kLanes) {
    const std::int64_t n = std::min(kLanes, size - from);
    for (std::int64_t i = 0; i < n; ++i) {
      root[i] = std::sqrt(std::max(second[from + i], kTiny<T>));
      with[i] = of_values[from + i] * first[from + i];
      inverse[i] = 0;
      slope[i] = 0;
    }
    for (std::size_t j = 0; j < count; ++j) {
      const T alpha = static_cast<T>(rests[j].alpha);
      const T beta = static_cast<T>(rests[j].beta);
      for (std::int64_t i = 0; i < n; ++i) {
        const T one = 1 / (beta * root[i] + epsilon);
        inverse[i] += alpha * one;
        slope[i] += alpha * beta * one * one;
        products[i] = with[i] * one;
      }
      double sum = 0;
      if (n == kLanes) {
        T parts[8] = {};
        for (std::int64_t i = 0; i < kLanes; i += 8) {
          for (std::int64_t l = 0; l < 8; ++l) parts[l] += products[i + l];
        }
        for (const T part : parts) sum += static_cast<double>(part);
      } else {
        for (std::int64_t i = 0; i < n; ++i) sum += static_cast<double>(products[i]);
      }
      of_rates[j] -= rests[j].share * sum;
    }
    for (std::int64_t i = 0; i < n; ++i) {
      const std::int64_t at = from + i;
      of_first[at] = kept1 * of_first[at] - of_values[at] * inverse[i];
      const T moves = second[at] >= kTiny<T> ? T(1) : T(0);
      of_second[at] = kept2 * of_second[at] + moves * with[i] * slope[i] / (2 * root[i]);
    }
  }
}

// The same, compiled for several processors.
#define INKLING_ADAM_ROWS(T)                                                                       \
  INKLING_CLONES void rest_row(T* out, const T* values, const T* first, const T* second,           \
                               std::int64_t size, const Rest* rests, std::size_t count,            \
                               T epsilon) {                                                        \
    rest(out, values, first, second, size, rests, count, epsilon);                                 \
  }                                                                                                \
  INKLING_CLONES void move_row(T* values, T* first, T* second, const T* rested, const T* gradient, \
                               std::int64_t size, const Step<T>& by) {                             \
    move(values, first, second, rested, gradient, size, by);                                       \
  }                                                                                                \
  INKLING_CLONES double move_row_back(T* of_gradient, T* of_first, T* of_second,                   \
                                      const T* of_values, const T* first, const T* second,         \
                                      const T* gradient, std::int64_t size, const Step<T>& by) {   \
    return move_back(of_gradient, of_first, of_second, of_values, first, second, gradient, size,   \
                     by);                                                                          \
  }                                                                                                \
  INKLING_CLONES void rest_row_back(T* of_first, T* of_second, const T* of_values, const T* first, \
                                    const T* second, std::int64_t size, const Rest* rests,         \
                                    std::size_t count, T kept1, T kept2, T epsilon,                \
                                    double* of_rates) {                                            \
    rest_back(of_first, of_second, of_values, first, second, size, rests, count, kept1, kept2,     \
              epsilon, of_rates);                                                                  \
  }
INKLING_ADAM_ROWS(float)
INKLING_ADAM_ROWS(double)
#undef INKLING_ADAM_ROWS

/// body(piece, begin, end) of pieces of rows that do not depend on the number of threads.
template <class Body>
void in_pieces(std::int64_t rows, const Body& body) {
  share_out((rows + kRowsAtOnce - 1) / kRowsAtOnce, 1, [&](std::int64_t from, std::int64_t to) {
    for (std::int64_t piece = from; piece < to; ++piece) {
      body(piece, piece * kRowsAtOnce, std::min(rows, (piece + 1) * kRowsAtOnce));
    }
  });
}

template <class T>
Step<T> step_of(const AdamCourse& course, std::int64_t rested, std::int64_t t) {
  return {static_cast<T>(course.first(rested)),
          static_cast<T>(course.second(rested)),
          static_cast<T>(course.beta1()),
          static_cast<T>(1 - course.beta1()),
          static_cast<T>(course.beta2()),
          static_cast<T>(1 - course.beta2()),
          static_cast<T>(1 / (1 - course.first(t + 1))),
          static_cast<T>(1 / (1 - course.second(t + 1))),
          static_cast<T>(course.rate(t)),
          static_cast<T>(course.epsilon())};
}

std::size_t place(std::int64_t i) {
  return static_cast<std::size_t>(i);
}

/// The rests of rows that began theirs at different steps, made once for rows that follow one
/// another with the same.
class RestsOf {
 public:
  RestsOf(const AdamCourse& course, std::int64_t until, double smallest)
      : course_(course), until_(until), smallest_(smallest) {}
  const std::vector<Rest>& since(std::int64_t since) {
    if (since != since_) course_.rests(since, until_, smallest_, rests_);
    since_ = since;
    return rests_;
  }

 private:
  const AdamCourse& course_;
  std::int64_t until_;
  double smallest_;
  std::int64_t since_ = -1;
  std::vector<Rest> rests_;
};

}  // namespace

AdamTable::AdamTable(const Tensor& values, const AdamCourse& course)
    : course_(&course),
      values_(values.detach().clone(at::MemoryFormat::Contiguous)),
      first_(at::zeros_like(values_)),
      second_(at::zeros_like(values_)),
      since_(place(values.size(0))) {}

AdamTable AdamTable::copy() const {
  AdamTable made = *this;
  for (Tensor* each : {&made.values_, &made.first_, &made.second_}) *each = each->clone();
  return made;
}

RestedRows AdamTable::rested(const Tensor& rows, std::int64_t t) const {
  const std::int64_t count = rows.size(0);
  const std::int64_t width = values_.size(1);
  RestedRows made;
  made.rows.assign(rows.const_data_ptr<std::int64_t>(),
                   rows.const_data_ptr<std::int64_t>() + count);
  for (const std::int64_t row : made.rows) made.since.push_back(since_[place(row)]);
  for (Tensor* each : {&made.values, &made.first, &made.second}) {
    *each = at::empty({count, width}, values_.options());
  }
  AT_DISPATCH_FLOATING_TYPES(values_.scalar_type(), "adam_rows", [&] {
    const auto* values = values_.const_data_ptr<scalar_t>();
    const auto* first = first_.const_data_ptr<scalar_t>();
    const auto* second = second_.const_data_ptr<scalar_t>();
    auto* to_values = made.values.data_ptr<scalar_t>();
    auto* to_first = made.first.data_ptr<scalar_t>();
    auto* to_second = made.second.data_ptr<scalar_t>();
    in_pieces(count, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
      RestsOf rests(*course_, t, kSmallest<scalar_t>);
      for (std::int64_t i = begin; i < end; ++i) {
        const std::int64_t from = made.rows[place(i)] * width;
        const std::int64_t to = i * width;
        std::copy_n(first + from, width, to_first + to);
        std::copy_n(second + from, width, to_second + to);
        const std::int64_t since = made.since[place(i)];
        if (since == 0 || since == t) {
          std::copy_n(values + from, width, to_values + to);
          continue;
        }
        const std::vector<Rest>& taken = rests.since(since);
        rest_row(to_values + to, values + from, first + from, second + from, width, taken.data(),
                 taken.size(), static_cast<scalar_t>(course_->epsilon()));
      }
    });
  });
  return made;
}

void AdamTable::step(const RestedRows& rested, const Tensor& gradient, std::int64_t t) {
  const std::int64_t width = values_.size(1);
  const Tensor dense = gradient.contiguous();
  AT_DISPATCH_FLOATING_TYPES(values_.scalar_type(), "adam_rows", [&] {
    auto* values = values_.data_ptr<scalar_t>();
    auto* first = first_.data_ptr<scalar_t>();
    auto* second = second_.data_ptr<scalar_t>();
    const auto* before = rested.values.const_data_ptr<scalar_t>();
    const auto* g = dense.const_data_ptr<scalar_t>();
    in_pieces(std::ssize(rested.rows), [&](std::int64_t, std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        const std::int64_t to = rested.rows[place(i)] * width;
        move_row(values + to, first + to, second + to, before + i * width, g + i * width, width,
                 step_of<scalar_t>(*course_, t - rested.since[place(i)], t));
      }
    });
  });
  for (const std::int64_t row : rested.rows) since_[place(row)] = t + 1;
}

RestedRows AdamTable::bring_to(std::int64_t t) {
  RestedRows all = rested(at::arange(size()), t);
  values_ = all.values;
  Tensor kept1 = at::empty({size(), 1}, at::kDouble);
  Tensor kept2 = at::empty({size(), 1}, at::kDouble);
  for (std::int64_t row = 0; row < size(); ++row) {
    const std::int64_t rested_for = since_[place(row)] == 0 ? 0 : t - since_[place(row)];
    kept1.data_ptr<double>()[row] = course_->first(rested_for);
    kept2.data_ptr<double>()[row] = course_->second(rested_for);
  }
  first_.mul_(kept1.to(first_.scalar_type()));
  second_.mul_(kept2.to(second_.scalar_type()));
  for (std::int64_t& since : since_) since = since == 0 ? 0 : t;
  return all;
}

AdamTableBack::AdamTableBack(Tensor of_values, const AdamCourse& course)
    : course_(&course),
      of_values_(of_values.clone(at::MemoryFormat::Contiguous)),
      of_first_(at::zeros_like(of_values_)),
      of_second_(at::zeros_like(of_values_)),
      of_rates_(place(course.steps())) {}

Tensor AdamTableBack::of_gradient(const RestedRows& rested, const Tensor& gradient,
                                  std::int64_t t) {
  const std::int64_t width = of_values_.size(1);
  const std::int64_t count = std::ssize(rested.rows);
  const Tensor dense = gradient.contiguous();
  Tensor made = at::empty({count, width}, of_values_.options());
  std::vector<double> of_rate(place((count + kRowsAtOnce - 1) / kRowsAtOnce));
  AT_DISPATCH_FLOATING_TYPES(of_values_.scalar_type(), "adam_rows", [&] {
    const auto* of_values = of_values_.const_data_ptr<scalar_t>();
    auto* of_first = of_first_.data_ptr<scalar_t>();
    auto* of_second = of_second_.data_ptr<scalar_t>();
    const auto* first = rested.first.const_data_ptr<scalar_t>();
    const auto* second = rested.second.const_data_ptr<scalar_t>();
    const auto* g = dense.const_data_ptr<scalar_t>();
    auto* to = made.data_ptr<scalar_t>();
    in_pieces(count, [&](std::int64_t piece, std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i) {
        const std::int64_t row = rested.rows[place(i)] * width;
        const std::int64_t at = i * width;
        of_rate[place(piece)] += move_row_back(
            to + at, of_first + row, of_second + row, of_values + row, first + at, second + at,
            g + at, width, step_of<scalar_t>(*course_, t - rested.since[place(i)], t));
      }
    });
  });
  for (const double part : of_rate) of_rates_[place(t)] += part;
  return made;
}

void AdamTableBack::of_rows(const RestedRows& rested, const Tensor& of_values, std::int64_t t) {
  const std::int64_t width = of_values_.size(1);
  const std::int64_t count = std::ssize(rested.rows);
  const Tensor added = of_values.defined() ? of_values.contiguous() : Tensor();
  std::vector<std::vector<double>> of_rates(place((count + kRowsAtOnce - 1) / kRowsAtOnce));
  AT_DISPATCH_FLOATING_TYPES(of_values_.scalar_type(), "adam_rows", [&] {
    auto* to_values = of_values_.data_ptr<scalar_t>();
    auto* of_first = of_first_.data_ptr<scalar_t>();
    auto* of_second = of_second_.data_ptr<scalar_t>();
    const auto* first = rested.first.const_data_ptr<scalar_t>();
    const auto* second = rested.second.const_data_ptr<scalar_t>();
    const auto* more = added.defined() ? added.const_data_ptr<scalar_t>() : nullptr;
    in_pieces(count, [&](std::int64_t piece, std::int64_t begin, std::int64_t end) {
      RestsOf rests(*course_, t, kSmallest<scalar_t>);
      std::vector<double>& sums = of_rates[place(piece)];
      sums.resize(place(t));
      for (std::int64_t i = begin; i < end; ++i) {
        const std::int64_t row = rested.rows[place(i)] * width;
        const std::int64_t at = i * width;
        if (more != nullptr) {
          for (std::int64_t d = 0; d < width; ++d) to_values[row + d] += more[at + d];
        }
        const std::int64_t since = rested.since[place(i)];
        if (since == 0 || since == t) continue;
        const std::vector<Rest>& taken = rests.since(since);
        rest_row_back(of_first + row, of_second + row, to_values + row, first + at, second + at,
                      width, taken.data(), taken.size(),
                      static_cast<scalar_t>(course_->first(t - since)),
                      static_cast<scalar_t>(course_->second(t - since)),
                      static_cast<scalar_t>(course_->epsilon()), sums.data() + since);
      }
    });
  });
  for (const std::vector<double>& sums : of_rates) {
    for (std::size_t s = 0; s < sums.size(); ++s) of_rates_[s] += sums[s];
  }
}

}  // namespace inkling
