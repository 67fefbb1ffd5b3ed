// How Adam's loops go through rows of a table, in pieces that threads share; of adam_rows.cc and
// adam_rows_back.cc.
#pragma once

#include <torch/csrc/autograd/grad_mode.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <vector>

#include "inkling/nn/bag.h"
#include "inkling/nn/row_bags.h"
#include "inkling/nn/row_loops.h"
#include "inkling/optim/adam_course.h"
#include "inkling/optim/adam_row_loops.h"
#include "inkling/tensor/share_out.h"
#include "inkling/tensor/tensor.h"

namespace inkling::adam_row {

/// Rows that a thread takes at once, and what a sum is cut into.
inline constexpr std::int64_t kRowsAtOnce = 64;

/// What is left of the first moments below it moves nothing.
template <class T>
constexpr double kSmallest = sizeof(T) == 8 ? 1e-24 : 1e-12;

/// body(piece, begin, end) of pieces of rows that do not depend on the number of threads.
template <class Body>
void in_pieces(std::int64_t rows, bool backwards, const Body& body) {
  share_out((rows + kRowsAtOnce - 1) / kRowsAtOnce, 1, [&](std::int64_t from, std::int64_t to) {
    for (std::int64_t i = from; i < to; ++i) {
      const std::int64_t piece = backwards ? from + to - 1 - i : i;
      body(piece, piece * kRowsAtOnce, std::min(rows, (piece + 1) * kRowsAtOnce));
    }
  });
}
template <class Body>
void in_pieces(std::int64_t rows, const Body& body) {
  in_pieces(rows, false, body);
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

inline std::size_t place(std::int64_t i) {
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
inline Tensor room(Tensor& of, std::int64_t rows, const Tensor& like) {
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
inline Tensor bags_of(const Tensor& rows, const RowBags& reads) {
  const torch::autograd::AutoGradMode off(false);
  return bag(rows, reads.bags)[0];
}

}  // namespace inkling::adam_row
