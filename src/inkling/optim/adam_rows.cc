#include "inkling/optim/adam_rows.h"

#include <ATen/Dispatch.h>

#include <algorithm>

#include "inkling/optim/adam_row_loops.h"
#include "inkling/tensor/share_out.h"

namespace inkling {
namespace {

/// Rows that a thread takes at once, and what a sum is cut into.
constexpr std::int64_t kRowsAtOnce = 64;
using adam_row::move_row;
using adam_row::move_row_back;
using adam_row::Rest;
using adam_row::rest_row;
using adam_row::rest_row_back;
using adam_row::Step;

template <class T>
constexpr double kSmallest = sizeof(T) == 8 ? 1e-24 : 1e-12;

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
