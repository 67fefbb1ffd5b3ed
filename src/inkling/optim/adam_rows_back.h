// The way back through Adam's steps of a table of which a step touches some rows.
#pragma once

#include <cstdint>
#include <vector>

#include "inkling/optim/adam_rows.h"

namespace inkling {

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
