#include "inkling/optim/adam_step.h"

#include <ATen/Dispatch.h>

#include <cmath>

#include "inkling/nn/clones.h"

// No root below is of a negative number; without errno to set it is one instruction.
#pragma GCC optimize("no-math-errno")

namespace inkling {
namespace {

// Those of <cmath> are not of these options, so that they would be calls.
[[gnu::always_inline]] inline float root_of(float x) {
  return __builtin_sqrtf(x);
}
[[gnu::always_inline]] inline double root_of(double x) {
  return __builtin_sqrt(x);
}

template <class T>
struct Row {
  T* parameter;
  T* first;
  T* second;
  const T* gradient;
};

/// An AdamStep's numbers as the loop takes them.
template <class T>
struct Numbers {
  explicit Numbers(const AdamStep& how)
      : factor(static_cast<T>(how.gradient_factor)),
        keep1(static_cast<T>(how.beta1)),
        take1(static_cast<T>(1 - how.beta1)),
        keep2(static_cast<T>(how.beta2)),
        take2(static_cast<T>(1 - how.beta2)),
        epsilon(static_cast<T>(how.epsilon)),
        keep(static_cast<T>(1 - how.decay)) {
    const auto t = static_cast<double>(how.step + 1);
    rate = static_cast<T>(how.learning_rate / (1 - std::pow(how.beta1, t)));
    correction = static_cast<T>(1 / (1 - std::pow(how.beta2, t)));
  }

  T factor, keep1, take1, keep2, take2, epsilon, keep;
  T rate, correction;
};

template <class T>
[[gnu::always_inline]] inline void move(const Row<T>& row, const Numbers<T>& by, std::int64_t from,
                                        std::int64_t size) {
  T* __restrict parameter = row.parameter;
  T* __restrict first = row.first;
  T* __restrict second = row.second;
  const T* __restrict gradient = row.gradient;
  for (std::int64_t i = from; i < size; ++i) {
    const T g = by.factor * gradient[i];
    first[i] = by.keep1 * first[i] + by.take1 * g;
    second[i] = by.keep2 * second[i] + by.take2 * g * g;
    const T root = root_of(by.correction * second[i]);
    parameter[i] = by.keep * parameter[i] - by.rate * first[i] / (root + by.epsilon);
  }
}

INKLING_CLONES void move_row(const Row<float>& row, const Numbers<float>& by, std::int64_t from,
                             std::int64_t size) {
  move(row, by, from, size);
}
INKLING_CLONES void move_row(const Row<double>& row, const Numbers<double>& by, std::int64_t from,
                             std::int64_t size) {
  move(row, by, from, size);
}

template <class T>
void move_all(const Tensor& parameter, const Tensor& first, const Tensor& second,
              const Gradient& gradient, const AdamStep& how) {
  if (gradient.value.numel() == 0) return;
  const Numbers<T> by(how);
  const Tensor values = gradient.value.contiguous();
  const std::int64_t count = values.dim() == 0 ? 1 : values.size(0);
  const std::int64_t width = values.numel() / count;
  const Tensor rows = gradient.sparse() ? gradient.rows.contiguous() : Tensor();
  const std::int64_t* places = gradient.sparse() ? rows.const_data_ptr<std::int64_t>() : nullptr;
  for (std::int64_t i = 0; i < count; ++i) {
    const std::int64_t at = (places == nullptr ? i : places[i]) * width;
    move_row({parameter.data_ptr<T>() + at, first.data_ptr<T>() + at, second.data_ptr<T>() + at,
              values.const_data_ptr<T>() + i * width},
             by, how.fixed_columns, width);
  }
}

}  // namespace

bool has_adam_step(const Tensor& parameter, const Gradient& gradient) {
  const auto type = parameter.scalar_type();
  return parameter.device().is_cpu() && parameter.is_contiguous() &&
         (type == at::kFloat || type == at::kDouble) && gradient.value.scalar_type() == type;
}

void adam_step(const Tensor& parameter, const Tensor& first, const Tensor& second,
               const Gradient& gradient, const AdamStep& how) {
  AT_DISPATCH_FLOATING_TYPES(parameter.scalar_type(), "adam_step",
                             [&] { move_all<scalar_t>(parameter, first, second, gradient, how); });
}

}  // namespace inkling
