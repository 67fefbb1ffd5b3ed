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

}  // namespace

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

}  // namespace inkling::adam_row
