// Loops over the numbers of one row of a table that Adam moves, for float and double.
#pragma once

#include <cstddef>
#include <cstdint>

#include "inkling/optim/adam_course.h"

namespace inkling::adam_row {

using Rest = AdamCourse::Rest;

/// A step with a gradient, after a rest that left `kept1` and `kept2` of the moments.
template <class T>
struct Step {
  T kept1, kept2;
  T beta1, rest1, beta2, rest2;
  T first, second;  ///< what makes the moments unbiased
  T rate, epsilon;
};

/// Directions whose derivatives go along in one pass.
inline constexpr std::size_t kDirections = 8;

/// A derivative along a direction, of a row and its moments as its rest began, and of the rates.
template <class T>
struct RestAlong {
  T* values;
  const T *first, *second;
  const double* rates;  ///< of the rest's steps
};

/// That of a row and its moments as its step finds them, and of the step's gradient and rate.
template <class T>
struct MoveAlong {
  T *values, *first, *second;
  const T* gradient;
  T rate;
};

#define INKLING_ADAM_ROW(T)                                                                       \
  /** values -= first * the sum over rests of alpha / (beta * root + epsilon) */                  \
  void rest_row(T* values, const T* first, const T* second, std::int64_t size, const Rest* rests, \
                std::size_t count, T epsilon);                                                    \
  void move_row(T* values, T* first, T* second, const T* gradient, std::int64_t size,             \
                const Step<T>& by);                                                               \
  /** The same two, and at most kDirections derivatives of what they do */                        \
  void rest_row_along(T* values, const T* first, const T* second, std::int64_t size,              \
                      const Rest* rests, std::size_t count, T epsilon, const RestAlong<T>* along, \
                      std::size_t directions);                                                    \
  void move_row_along(T* values, T* first, T* second, const T* gradient, std::int64_t size,       \
                      const Step<T>& by, const MoveAlong<T>* along, std::size_t directions);      \
  /** of_first and of_second become those before the step. @return that of the rate */            \
  double move_row_back(T* of_gradient, T* of_first, T* of_second, const T* of_values,             \
                       const T* first, const T* second, const T* gradient, std::int64_t size,     \
                       const Step<T>& by);                                                        \
  /** of_first and of_second become those of when the rest began; of_rates[j] gets what belongs   \
      to its j-th step */                                                                         \
  void rest_row_back(T* of_first, T* of_second, const T* of_values, const T* first,               \
                     const T* second, std::int64_t size, const Rest* rests, std::size_t count,    \
                     T kept1, T kept2, T epsilon, double* of_rates);
INKLING_ADAM_ROW(float)
INKLING_ADAM_ROW(double)
#undef INKLING_ADAM_ROW

}  // namespace inkling::adam_row
