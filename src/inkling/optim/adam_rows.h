// Adam's steps of a table of which a step touches some rows. A row without a gradient still moves
// by its moments: those steps are taken together when the row is next looked at, in one pass over
// it.
#pragma once

#include <cstdint>
#include <vector>

#include "inkling/optim/adam_course.h"
#include "inkling/tensor/tensor.h"

namespace inkling {

/// Some rows of the table as a step finds them, all [S, D].
struct RestedRows {
  std::vector<std::int64_t> rows;   ///< which ones, once each
  std::vector<std::int64_t> since;  ///< each row's first step after its last gradient; 0: none yet
  Tensor values;  ///< as they are before the step, after steps without a gradient from `since` on
  Tensor first;   ///< the moments as its last gradient left them
  Tensor second;
};

/// A table and its moments, moved in place. Where a row had its last gradient in step s - 1, it
/// stands as it is before step s: `at_step` brings all to one step.
class AdamTable {
 public:
  /// @param values  [R, D], contiguous, of the processor, float32 or float64; copied
  /// @param course  outlives this
  AdamTable(const Tensor& values, const AdamCourse& course);

  /// One with the same numbers that moves by itself.
  AdamTable copy() const;
  /// Rows as they are before step t.
  RestedRows rested(const Tensor& rows, std::int64_t t) const;
  /// Moves these rows by step t with their gradients, [S, D].
  void step(const RestedRows& rested, const Tensor& gradient, std::int64_t t);
  /// All rows, and their moments, as they are before step t. @return  what that began with
  RestedRows bring_to(std::int64_t t);

  const Tensor& values() const { return values_; }
  const Tensor& first() const { return first_; }
  const Tensor& second() const { return second_; }
  std::int64_t size() const { return values_.size(0); }

 private:
  const AdamCourse* course_;
  Tensor values_;
  Tensor first_;
  Tensor second_;
  std::vector<std::int64_t> since_;
};

/// The way back through an AdamTable's steps: gradients of one number with respect to the table,
/// its moments and the rates. It is taken from the last step to the first, of each in three parts:
/// `of_gradient`, what the loss's second derivative adds to the rows (the caller's), `of_rows`.
class AdamTableBack {
 public:
  /// @param of_values  with respect to the table after all steps, [R, D]; moved from
  AdamTableBack(Tensor of_values, const AdamCourse& course);

  /// Through the step itself. @return  with respect to its gradient, [S, D]
  Tensor of_gradient(const RestedRows& rested, const Tensor& gradient, std::int64_t t);
  /// Adds `of_values` [S, D] (with respect to rested.values; undefined: nothing) and goes through
  /// the steps that the rows rested for before step t.
  void of_rows(const RestedRows& rested, const Tensor& of_values, std::int64_t t);

  /// With respect to the table before the first step that was taken back.
  const Tensor& of_values() const { return of_values_; }
  /// With respect to the rates, so far.
  const std::vector<double>& of_rates() const { return of_rates_; }

 private:
  const AdamCourse* course_;
  Tensor of_values_;
  Tensor of_first_;
  Tensor of_second_;
  std::vector<double> of_rates_;
};

}  // namespace inkling
