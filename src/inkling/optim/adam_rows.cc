#include "inkling/optim/adam_rows.h"

#include <ATen/Dispatch.h>
#include <torch/csrc/autograd/grad_mode.h>

#include <algorithm>
#include <initializer_list>
#include <optional>

#include "inkling/nn/bag.h"
#include "inkling/nn/row_loops.h"
#include "inkling/optim/adam_row_loops.h"
#include "inkling/tensor/recycled.h"
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

/// Rows of a table that are visited one after the other: those after the next are asked for while
/// one is worked on, since no processor foresees where they are.
template <class T>
class Visited {
 public:
  Visited(const Tensor& rows, std::int64_t width, std::int64_t end)
      : which_(rows.const_data_ptr<std::int64_t>()), width_(width), end_(end) {}
  std::int64_t row(std::int64_t i) const { return which_[i]; }
  /// Where the i-th begins.
  std::int64_t at(std::int64_t i) const { return which_[i] * width_; }
  void ask_ahead(std::int64_t i, std::initializer_list<const T*> tables) const {
    constexpr std::int64_t kAhead = 2;
    constexpr std::int64_t kLine = 64 / sizeof(T);
    if (i + kAhead >= end_) return;
    for (const T* table : tables) {
      const T* next = table + at(i + kAhead);
      for (std::int64_t d = 0; d < width_; d += kLine) __builtin_prefetch(next + d);
    }
  }

 private:
  const std::int64_t* which_;
  std::int64_t width_;
  std::int64_t end_;
};

/// Memory for [rows, width] numbers that is used again where it is large enough.
Tensor room(Tensor& of, std::int64_t rows, const Tensor& like) {
  if (!of.defined() || of.size(0) < rows) of = at::empty({rows, like.size(1)}, like.options());
  return of.narrow(0, 0, rows);
}

/// What each row has of numbers of the bags, [B, D]: a row's are made where they are read, since
/// those of all rows would not stay in the cache and the bags' do.
template <class T>
class OfRows {
 public:
  OfRows(const RowBags& reads, const Tensor& of_bags)
      : bags_(of_bags.contiguous()),
        weights_(reads.of_rows.weights.to(of_bags.scalar_type())),
        from_(bags_.const_data_ptr<T>()),
        by_(weights_.const_data_ptr<T>()),
        ids_(reads.of_rows.ids.const_data_ptr<std::int64_t>()),
        offsets_(reads.of_rows.offsets.const_data_ptr<std::int64_t>()) {}
  void write(T* out, std::int64_t row) const {
    const std::int64_t begin = offsets_[row];
    sum_rows(out, from_, ids_ + begin, by_ + begin, offsets_[row + 1] - begin, bags_.size(1));
  }

 private:
  Tensor bags_;
  Tensor weights_;
  const T* from_;
  const T* by_;
  const std::int64_t* ids_;
  const std::int64_t* offsets_;
};

/// The bags of rows that are laid out. @return  [B, D]
Tensor bags_of(const Tensor& rows, const RowBags& reads) {
  const torch::autograd::AutoGradMode off(false);
  return bag(rows, reads.bags)[0];
}

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
  made.rested_ = Tensor();
  return made;
}

void AdamTable::rest(const Tensor& rows, std::int64_t t, Tensor& to) const {
  const std::int64_t width = values_.size(1);
  AT_DISPATCH_FLOATING_TYPES(values_.scalar_type(), "adam_rows", [&] {
    const Visited<scalar_t> visited(rows, width, rows.size(0));
    const auto* values = values_.const_data_ptr<scalar_t>();
    const auto* first = first_.const_data_ptr<scalar_t>();
    const auto* second = second_.const_data_ptr<scalar_t>();
    auto* out = to.data_ptr<scalar_t>();
    in_pieces(rows.size(0), [&](std::int64_t, std::int64_t begin, std::int64_t end) {
      RestsOf rests(*course_, t, kSmallest<scalar_t>);
      for (std::int64_t i = begin; i < end; ++i) {
        visited.ask_ahead(i, {values, first, second});
        const std::int64_t from = visited.at(i);
        const std::int64_t since = since_[place(visited.row(i))];
        if (since == 0 || since == t) {
          std::copy_n(values + from, width, out + i * width);
          continue;
        }
        const std::vector<Rest>& taken = rests.since(since);
        rest_row(out + i * width, values + from, first + from, second + from, width, taken.data(),
                 taken.size(), static_cast<scalar_t>(course_->epsilon()));
      }
    });
  });
}

Tensor AdamTable::bags(const RowBags& reads, std::int64_t t) {
  Tensor rows = room(rested_, reads.rows.size(0), values_);
  rest(reads.rows, t, rows);
  return bags_of(rows, reads);
}

RestedRows AdamTable::step(const RowBags& reads, const Tensor& of_bags, std::int64_t t, bool keep) {
  const std::int64_t count = reads.rows.size(0);
  const std::int64_t width = values_.size(1);
  const auto* which = reads.rows.const_data_ptr<std::int64_t>();
  RestedRows found{reads.rows, {}, {}, {}};
  for (std::int64_t i = 0; i < count; ++i) found.since.push_back(since_[place(which[i])]);
  if (keep) {
    for (Tensor* each : {&found.first, &found.second}) {
      *each = recycled({count, width}, values_.options());
    }
  }
  AT_DISPATCH_FLOATING_TYPES(values_.scalar_type(), "adam_rows", [&] {
    const OfRows<scalar_t> gradients(reads, of_bags);
    const Visited<scalar_t> visited(reads.rows, width, count);
    auto* values = values_.data_ptr<scalar_t>();
    auto* first = first_.data_ptr<scalar_t>();
    auto* second = second_.data_ptr<scalar_t>();
    auto* kept_first = keep ? found.first.data_ptr<scalar_t>() : nullptr;
    auto* kept_second = keep ? found.second.data_ptr<scalar_t>() : nullptr;
    const auto* rested = rested_.const_data_ptr<scalar_t>();
    in_pieces(count, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
      std::vector<scalar_t> gradient(place(width));
      for (std::int64_t i = begin; i < end; ++i) {
        visited.ask_ahead(i, {values, first, second});
        const std::int64_t row = visited.at(i);
        const std::int64_t at = i * width;
        if (keep) {
          std::copy_n(first + row, width, kept_first + at);
          std::copy_n(second + row, width, kept_second + at);
        }
        gradients.write(gradient.data(), i);
        move_row(values + row, first + row, second + row, rested + at, gradient.data(), width,
                 step_of<scalar_t>(*course_, t - found.since[place(i)], t));
        since_[place(visited.row(i))] = t + 1;
      }
    });
  });
  return found;
}

RestedRows AdamTable::bring_to(std::int64_t t) {
  RestedRows all{at::arange(size()), since_, first_.clone(), second_.clone()};
  Tensor values = at::empty_like(values_);
  rest(all.rows, t, values);
  values_ = values;
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

Tensor AdamTableBack::of_gradient(const RowBags& reads, const RestedRows& rested,
                                  const Tensor& of_bags, std::int64_t t) {
  const std::int64_t width = of_values_.size(1);
  const std::int64_t count = rested.rows.size(0);
  Tensor of_rows = room(of_rows_, count, of_values_);
  std::vector<double> of_rate(place((count + kRowsAtOnce - 1) / kRowsAtOnce));
  AT_DISPATCH_FLOATING_TYPES(of_values_.scalar_type(), "adam_rows", [&] {
    const OfRows<scalar_t> gradients(reads, of_bags);
    const Visited<scalar_t> visited(rested.rows, width, count);
    const auto* of_values = of_values_.const_data_ptr<scalar_t>();
    auto* of_first = of_first_.data_ptr<scalar_t>();
    auto* of_second = of_second_.data_ptr<scalar_t>();
    const auto* first = rested.first.const_data_ptr<scalar_t>();
    const auto* second = rested.second.const_data_ptr<scalar_t>();
    auto* to = of_rows.data_ptr<scalar_t>();
    in_pieces(count, [&](std::int64_t piece, std::int64_t begin, std::int64_t end) {
      std::vector<scalar_t> gradient(place(width));
      for (std::int64_t i = begin; i < end; ++i) {
        visited.ask_ahead(i, {of_values, of_first, of_second});
        const std::int64_t row = visited.at(i);
        const std::int64_t at = i * width;
        gradients.write(gradient.data(), i);
        of_rate[place(piece)] += move_row_back(
            to + at, of_first + row, of_second + row, of_values + row, first + at, second + at,
            gradient.data(), width, step_of<scalar_t>(*course_, t - rested.since[place(i)], t));
      }
    });
  });
  for (const double part : of_rate) of_rates_[place(t)] += part;
  return bags_of(of_rows, reads);
}

void AdamTableBack::of_rows(const RowBags& reads, const RestedRows& rested, const Tensor& of_bags,
                            std::int64_t t) {
  back(of_bags.defined() ? &reads : nullptr, rested, of_bags, t);
}

void AdamTableBack::back(const RowBags* reads, const RestedRows& rested, const Tensor& of_bags,
                         std::int64_t t) {
  const std::int64_t width = of_values_.size(1);
  const std::int64_t count = rested.rows.size(0);
  // Pieces whose sums are kept at a time, each of a number a step.
  constexpr std::int64_t kPieces = 256;
  std::vector<std::vector<double>> of_rates(kPieces);
  AT_DISPATCH_FLOATING_TYPES(of_values_.scalar_type(), "adam_rows", [&] {
    std::optional<OfRows<scalar_t>> more;
    if (reads != nullptr) more.emplace(*reads, of_bags);
    const Visited<scalar_t> visited(rested.rows, width, count);
    auto* to_values = of_values_.data_ptr<scalar_t>();
    auto* of_first = of_first_.data_ptr<scalar_t>();
    auto* of_second = of_second_.data_ptr<scalar_t>();
    const auto* first = rested.first.const_data_ptr<scalar_t>();
    const auto* second = rested.second.const_data_ptr<scalar_t>();
    const auto piece_back = [&](std::vector<double>& sums, std::int64_t begin, std::int64_t end) {
      RestsOf rests(*course_, t, kSmallest<scalar_t>);
      sums.assign(place(t), 0);
      std::vector<scalar_t> added(place(width));
      for (std::int64_t i = begin; i < end; ++i) {
        visited.ask_ahead(i, {to_values, of_first, of_second});
        const std::int64_t row = visited.at(i);
        const std::int64_t at = i * width;
        if (more) {
          more->write(added.data(), i);
          add_scaled(to_values + row, added.data(), scalar_t(1), width);
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
    };
    for (std::int64_t from = 0; from < count; from += kPieces * kRowsAtOnce) {
      for (std::vector<double>& sums : of_rates) sums.clear();
      in_pieces(std::min(count - from, kPieces * kRowsAtOnce),
                [&](std::int64_t piece, std::int64_t begin, std::int64_t end) {
                  piece_back(of_rates[place(piece)], from + begin, from + end);
                });
      for (const std::vector<double>& sums : of_rates) {
        for (std::size_t s = 0; s < sums.size(); ++s) of_rates_[s] += sums[s];
      }
    }
  });
}

}  // namespace inkling
