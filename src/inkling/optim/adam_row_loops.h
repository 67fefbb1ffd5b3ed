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

#define INKLING_ADAM_ROW(T)                                                                     \
  /** out = values - first * the sum over rests of alpha / (beta * root + epsilon) */           \
  void rest_row(T* out, const T* values, const T* first, const T* second, std::int64_t size,    \
                const Rest* rests, std::size_t count, T epsilon);                               \
  void move_row(T* values, T* first, T* second, const T* rested, const T* gradient,             \
                std::int64_t size, const Step<T>& by);                                          \
  /** of_first and of_second become those before the step. @return that of the rate */          \
  double move_row_back(T* of_gradient, T* of_first, T* of_second, const T* of_values,           \
                       const T* first, const T* second, const T* gradient, std::int64_t size,   \
                       const Step<T>& by);                                                      \
  /** of_first and of_second become those of when the rest began; of_rates[j] gets what belongs \
      to its j-th step */                                                                       \
  void rest_row_back(T* of_first, T* of_second, const T* of_values, const T* first,             \
                     const T* second, std::int64_t size, const Rest* rests, std::size_t count,  \
                     T kept1, T kept2, T epsilon, double* of_rates);
INKLING_ADAM_ROW(float)
INKLING_ADAM_ROW(double)
#undef INKLING_ADAM_ROW

}  // namespace inkling::adam_row
