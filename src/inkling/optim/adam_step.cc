// Compiled without errno (CMakeLists.txt): a root that would set it is no vector instruction.
#include "inkling/optim/adam_step.h"

#include <ATen/Dispatch.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "inkling/nn/clones.h"

namespace inkling {
namespace {

/// An AdamStep's numbers as they are computed with.
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
struct Row {
  T* parameter;
  T* first;
  T* second;
  const T* gradient;
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
    const T root = std::sqrt(by.correction * second[i]);
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

/// What a thread takes at once.
constexpr std::int64_t kNumbersAtOnce = std::int64_t{1} << 15;

template <class T>
void step_by_rows(const Tensor& parameter, const Tensor& first, const Tensor& second,
                  const Gradient& gradient, const AdamStep& how, const ForEach& for_each) {
  const std::int64_t rows = parameter.dim() == 0 ? 1 : parameter.size(0);
  const std::int64_t width = parameter.numel() / rows;
  const Tensor values = gradient.value.contiguous();
  const Tensor list = gradient.sparse() ? gradient.rows.contiguous() : Tensor();
  const std::int64_t* listed = list.defined() ? list.const_data_ptr<std::int64_t>() : nullptr;
  const std::int64_t* list_end = list.defined() ? listed + list.numel() : nullptr;
  const Row<T> start = {parameter.data_ptr<T>(), first.data_ptr<T>(), second.data_ptr<T>(),
                        values.const_data_ptr<T>()};
  const std::vector<T> zeros(static_cast<std::size_t>(width));
  const Numbers<T> by(how);
  const auto move_one = [&](std::int64_t row, const T* own) {
    const std::int64_t at = row * width;
    move_row({start.parameter + at, start.first + at, start.second + at, own}, by,
             how.fixed_columns, width);
  };
  const bool some = how.lazy && listed != nullptr;
  const std::int64_t count = some ? list.numel() : rows;
  const std::int64_t at_once = std::max<std::int64_t>(1, kNumbersAtOnce / width);
  for_each((count + at_once - 1) / at_once, [&](std::int64_t piece) {
    const std::int64_t begin = piece * at_once;
    const std::int64_t end = std::min(count, begin + at_once);
    if (some || listed == nullptr) {
      for (std::int64_t i = begin; i < end; ++i) {
        move_one(some ? listed[i] : i, start.gradient + i * width);
      }
      return;
    }
    const std::int64_t* next = std::lower_bound(listed, list_end, begin);
    for (std::int64_t row = begin; row < end; ++row) {
      const bool has = next != list_end && *next == row;
      move_one(row, has ? start.gradient + (next++ - listed) * width : zeros.data());
    }
  });
}

/// The same for any device and layout.
void step_by_operators(const Tensor& parameter, const Tensor& first, const Tensor& second,
                       const Gradient& gradient, const AdamStep& how) {
  const bool some = how.lazy && gradient.sparse();
  const std::int64_t fixed = how.fixed_columns;
  const auto columns = [&](const Tensor& whole) {
    return fixed == 0 ? whole : whole.narrow(-1, fixed, whole.size(-1) - fixed);
  };
  const auto moving = [&](const Tensor& whole) {
    return some ? columns(whole).index_select(0, gradient.rows) : columns(whole);
  };
  const auto put = [&](const Tensor& whole, const Tensor& value) {
    if (some) {
      columns(whole).index_copy_(0, gradient.rows, value);
    } else {
      columns(whole).copy_(value);
    }
  };
  const Numbers<double> by(how);
  const Tensor g =
      by.factor *
      columns(some ? gradient.value : as_dense(gradient, parameter)).to(parameter.scalar_type());
  const Tensor m = by.keep1 * moving(first) + by.take1 * g;
  const Tensor v = by.keep2 * moving(second) + by.take2 * g * g;
  const Tensor step = by.rate * m / ((by.correction * v).sqrt() + by.epsilon);
  put(parameter, by.keep * moving(parameter) - step);
  put(first, m);
  put(second, v);
}

/// Whether the tensors are such as the loops read.
bool by_rows(const Tensor& parameter, const Tensor& first, const Tensor& second,
             const Gradient& gradient) {
  const auto type = parameter.scalar_type();
  const auto plain = [&](const Tensor& tensor) {
    return tensor.is_cpu() && tensor.is_contiguous() && tensor.scalar_type() == type;
  };
  return (type == at::kFloat || type == at::kDouble) && plain(parameter) && plain(first) &&
         plain(second) && gradient.value.is_cpu() && gradient.value.scalar_type() == type;
}

}  // namespace

void adam_step(const Tensor& parameter, const Tensor& first, const Tensor& second,
               const Gradient& gradient, const AdamStep& how, const ForEach& for_each) {
  if (parameter.numel() == 0) return;
  if (!by_rows(parameter, first, second, gradient)) {
    step_by_operators(parameter, first, second, gradient, how);
    return;
  }
  AT_DISPATCH_FLOATING_TYPES(parameter.scalar_type(), "adam_step", [&] {
    step_by_rows<scalar_t>(parameter, first, second, gradient, how, for_each);
  });
}

}  // namespace inkling
