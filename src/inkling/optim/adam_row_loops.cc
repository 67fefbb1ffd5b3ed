// Compiled without errno (CMakeLists.txt): a root that would set it is no vector instruction.
#include "inkling/optim/adam_row_loops.h"

#include <algorithm>
#include <cmath>

#include "inkling/nn/clones.h"

namespace inkling::adam_row {
namespace {

/// Numbers that are worked on together.
constexpr std::int64_t kLanes = 64;

template <class T>
constexpr T kTiny = static_cast<T>(sizeof(T) == 8 ? 1e-60 : 1e-30);
/// values -= first * the sum over rests of alpha / (beta * root + epsilon).
template <class T>
[[gnu::always_inline]] inline void rest(T* __restrict values, const T* __restrict first,
                                        const T* __restrict second, std::int64_t size,
                                        const Rest* rests, std::size_t count, T epsilon) {
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
    for (std::int64_t i = 0; i < n; ++i) values[from + i] -= first[from + i] * sum[i];
  }
}

template <class T>
[[gnu::always_inline]] inline void move(T* __restrict values, T* __restrict first,
                                        T* __restrict second, const T* __restrict gradient,
                                        std::int64_t size, const Step<T>& by) {
  for (std::int64_t i = 0; i < size; ++i) {
    const T g = gradient[i];
    const T m = by.beta1 * (by.kept1 * first[i]) + by.rest1 * g;
    const T v = by.beta2 * (by.kept2 * second[i]) + by.rest2 * (g * g);
    first[i] = m;
    second[i] = v;
    const T root = std::sqrt(std::max(v * by.second, kTiny<T>));
    values[i] -= by.rate * (m * by.first) / (root + by.epsilon);
  }
}

/// values_of += slope * second_of - first_of * sum - first * by_rates.
template <class T>
[[gnu::always_inline]] inline void rest_one_along(
    T* __restrict values_of, const T* __restrict first_of, const T* __restrict second_of,
    const T* __restrict first, const T* __restrict by_rates, const T* __restrict sum,
    const T* __restrict slope, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i) {
    values_of[i] += slope[i] * second_of[i] - first_of[i] * sum[i] - first[i] * by_rates[i];
  }
}

template <class T>
[[gnu::always_inline]] inline void rest_along(T* __restrict values, const T* __restrict first,
                                              const T* __restrict second, std::int64_t size,
                                              const Rest* rests, std::size_t count, T epsilon,
                                              const RestAlong<T>* along, std::size_t directions) {
  T root[kLanes];
  T one[kLanes];
  T sum[kLanes];
  T slope[kLanes];                  // of the sum, by the root, times -1
  T by_rates[kDirections][kLanes];  // of the sum, by the rates
  for (std::int64_t from = 0; from < size; from += kLanes) {
    const std::int64_t n = std::min(kLanes, size - from);
    for (std::int64_t i = 0; i < n; ++i) {
      root[i] = std::sqrt(std::max(second[from + i], kTiny<T>));
      sum[i] = 0;
      slope[i] = 0;
    }
    for (std::size_t d = 0; d < directions; ++d) std::fill_n(by_rates[d], n, T(0));
    for (std::size_t j = 0; j < count; ++j) {
      const T alpha = static_cast<T>(rests[j].alpha);
      const T beta = static_cast<T>(rests[j].beta);
      for (std::int64_t i = 0; i < n; ++i) {
        const T inverse = 1 / (beta * root[i] + epsilon);
        one[i] = inverse;
        const T term = alpha * inverse;
        sum[i] += term;
        slope[i] += term * (beta * inverse);
      }
      for (std::size_t d = 0; d < directions; ++d) {
        const T by = static_cast<T>(along[d].rates[j] * rests[j].share);
        T* __restrict to = by_rates[d];
        for (std::int64_t i = 0; i < n; ++i) to[i] += by * one[i];
      }
    }
    for (std::int64_t i = 0; i < n; ++i) one[i] = second[from + i] >= kTiny<T> ? T(1) : T(0);
    for (std::int64_t i = 0; i < n; ++i) {
      values[from + i] -= first[from + i] * sum[i];
      slope[i] *= one[i] * first[from + i] / (2 * root[i]);
    }
    for (std::size_t d = 0; d < directions; ++d) {
      const RestAlong<T>& of = along[d];
      rest_one_along(of.values + from, of.first + from, of.second + from, first + from, by_rates[d],
                     sum, slope, n);
    }
  }
}

/// What the derivatives of a step need of it, by lane.
template <class T>
struct Moved {
  T mean[kLanes];     ///< the first moment, unbiased
  T inverse[kLanes];  ///< of the root with epsilon
  T slope[kLanes];    ///< of the update, by the second moment
};

template <class T>
[[gnu::always_inline]] inline void move_one_along(T* __restrict values_of, T* __restrict first_of,
                                                  T* __restrict second_of,
                                                  const T* __restrict gradient_of, T of_rate,
                                                  const T* __restrict gradient, std::int64_t n,
                                                  const Step<T> by, const Moved<T>& moved) {
  const T first = by.rate * by.first;
  const T second = 2 * by.rest2;
  for (std::int64_t l = 0; l < n; ++l) {
    const T m = by.beta1 * (by.kept1 * first_of[l]) + by.rest1 * gradient_of[l];
    const T v = by.beta2 * (by.kept2 * second_of[l]) + second * (gradient[l] * gradient_of[l]);
    first_of[l] = m;
    second_of[l] = v;
    values_of[l] += moved.slope[l] * v - (of_rate * moved.mean[l] + first * m) * moved.inverse[l];
  }
}

template <class T>
[[gnu::always_inline]] inline void move_along(T* __restrict values, T* __restrict first,
                                              T* __restrict second, const T* __restrict gradient,
                                              std::int64_t size, const Step<T> by,
                                              const MoveAlong<T>* along, std::size_t directions) {
  Moved<T> moved;
  T unbiased[kLanes];
  const T half = by.rate * by.second / 2;
  for (std::int64_t from = 0; from < size; from += kLanes) {
    const std::int64_t n = std::min(kLanes, size - from);
    for (std::int64_t l = 0; l < n; ++l) {
      const std::int64_t i = from + l;
      const T g = gradient[i];
      const T m = by.beta1 * (by.kept1 * first[i]) + by.rest1 * g;
      const T v = by.beta2 * (by.kept2 * second[i]) + by.rest2 * (g * g);
      first[i] = m;
      second[i] = v;
      moved.mean[l] = m * by.first;
      unbiased[l] = v * by.second;
    }
    for (std::int64_t l = 0; l < n; ++l) {
      moved.slope[l] = unbiased[l] >= kTiny<T> ? half : T(0);
    }
    for (std::int64_t l = 0; l < n; ++l) {
      const T root = std::sqrt(std::max(unbiased[l], kTiny<T>));
      const T both = 1 / (root * (root + by.epsilon));  // a division for two
      const T inverse = both * root;
      moved.inverse[l] = inverse;
      moved.slope[l] *= moved.mean[l] * inverse * both;
      values[from + l] -= by.rate * moved.mean[l] * inverse;
    }
    for (std::size_t d = 0; d < directions; ++d) {
      const MoveAlong<T>& of = along[d];
      move_one_along(of.values + from, of.first + from, of.second + from, of.gradient + from,
                     of.rate, gradient + from, n, by, moved);
    }
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

}  // namespace

// The same, compiled for several processors.
#define INKLING_ADAM_ROWS(T)                                                                       \
  INKLING_CLONES void rest_row(T* values, const T* first, const T* second, std::int64_t size,      \
                               const Rest* rests, std::size_t count, T epsilon) {                  \
    rest(values, first, second, size, rests, count, epsilon);                                      \
  }                                                                                                \
  INKLING_CLONES void move_row(T* values, T* first, T* second, const T* gradient,                  \
                               std::int64_t size, const Step<T>& by) {                             \
    move(values, first, second, gradient, size, by);                                               \
  }                                                                                                \
  INKLING_CLONES void rest_row_along(                                                              \
      T* values, const T* first, const T* second, std::int64_t size, const Rest* rests,            \
      std::size_t count, T epsilon, const RestAlong<T>* along, std::size_t directions) {           \
    rest_along(values, first, second, size, rests, count, epsilon, along, directions);             \
  }                                                                                                \
  INKLING_CLONES void move_row_along(T* values, T* first, T* second, const T* gradient,            \
                                     std::int64_t size, const Step<T>& by,                         \
                                     const MoveAlong<T>* along, std::size_t directions) {          \
    move_along(values, first, second, gradient, size, by, along, directions);                      \
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

}  // namespace inkling::adam_row
