// Adam's steps of a table of which a step touches some rows. A row without a gradient still moves
// by its moments: those steps are taken together when the row is next looked at, in one pass over
// it.
#pragma once

#include <cstdint>
#include <vector>

#include "inkling/nn/row_bags.h"
#include "inkling/optim/adam_course.h"
#include "inkling/tensor/tensor.h"

namespace inkling {

/// Some rows of the table as a step finds them.
struct RestedRows {
  Tensor rows;                      ///< int64 [S]: which ones, once each
  std::vector<std::int64_t> since;  ///< each row's first step after its last gradient; 0: none yet
  Tensor first;                     ///< [S, D]: the moments as its last gradient left them
  Tensor second;
};

/// A table and its moments, moved in place. Where a row had its last gradient in step s - 1, it
/// stands as it is before step s: `bring_to` brings all to one step.
class AdamTable {
 public:
  /// @param values  [R, D], contiguous, of the processor, float32 or float64; copied
  /// @param course  outlives this
  AdamTable(const Tensor& values, const AdamCourse& course);

  /// One with the same numbers that moves by itself.
  AdamTable copy() const;
  /// The bags of rows as they are before step t. @return  [B, D]
  Tensor bags(const RowBags& reads, std::int64_t t);
  /// Moves the rows of the last `bags` by that step. Their gradients, [S, D], are never laid out: a
  /// row's is the sum of those of the bags that it is in.
  /// @param of_bags  the gradient with respect to the bags, [B, D]
  /// @param keep     whether the way back is wanted
  /// @return         how the step found the rows; without moments where nothing is kept
  RestedRows step(const RowBags& reads, const Tensor& of_bags, std::int64_t t, bool keep);
  /// All rows, and their moments, as they are before step t. @return  what that began with
  RestedRows bring_to(std::int64_t t);

  const Tensor& values() const { return values_; }
  const Tensor& first() const { return first_; }
  const Tensor& second() const { return second_; }
  std::int64_t size() const { return values_.size(0); }

 private:
  /// The rows' values as they are before step t, into `to`, [S, D].
  void rest(const Tensor& rows, std::int64_t t, Tensor& to) const;

  const AdamCourse* course_;
  Tensor values_;
  Tensor first_;
  Tensor second_;
  std::vector<std::int64_t> since_;
  Tensor rested_;  ///< [S, D]: values of the rows that were read last, before their step
};

/// The way back through an AdamTable's steps: gradients of one number with respect to the table,
/// its moments and the rates. It is taken from the last step to the first, of each in three parts:
/// `of_gradient`, what the loss's second derivative adds to the bags (the caller's), `of_rows`.
class AdamTableBack {
 public:
  /// @param of_values  with respect to the table after all steps, [R, D]; moved from
  AdamTableBack(Tensor of_values, const AdamCourse& course);

  /// Through the step itself.
  /// @param of_bags  the step's gradient with respect to its bags, [B, D]
  /// @return         with respect to that gradient, [B, D]
  Tensor of_gradient(const RowBags& reads, const RestedRows& rested, const Tensor& of_bags,
                     std::int64_t t);
  /// Adds what is owed through the step's bags: `of_bags`, [B, D], with respect to these. Then
  /// through the steps that the rows rested for before step t.
  void of_rows(const RowBags& reads, const RestedRows& rested, const Tensor& of_bags,
               std::int64_t t);
  /// Through a rest alone.
  void of_rest(const RestedRows& rested, std::int64_t t) { back(nullptr, rested, {}, t); }

  /// With respect to the table before the first step that was taken back.
  const Tensor& of_values() const { return of_values_; }
  /// With respect to the rates, so far.
  const std::vector<double>& of_rates() const { return of_rates_; }

 private:
  void back(const RowBags* reads, const RestedRows& rested, const Tensor& of_bags, std::int64_t t);

  const AdamCourse* course_;
  Tensor of_values_;
  Tensor of_first_;
  Tensor of_second_;
  std::vector<double> of_rates_;
  Tensor of_rows_;  ///< [S, D]: with respect to the gradients of a step's rows
};

}  // namespace inkling
