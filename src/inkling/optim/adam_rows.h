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

/// A direction along which derivatives go with a table.
struct TableDirection {
  Tensor of_values;              ///< of the table, [R, D]; undefined: zero
  std::vector<double> of_rates;  ///< of the rates of steps 0, 1, ...
};

/// A table and its moments, moved in place. Where a row had its last gradient in step s - 1, it
/// stands as it is before step s: `bring_to` brings all to one step.
class AdamTable {
 public:
  /// @param values      [R, D] of the processor, float32 or float64; copied
  /// @param course      outlives this
  /// @param directions  at most adam_row::kDirections: the derivatives along these go with all that
  ///                    is done to the table, to rounding
  AdamTable(const Tensor& values, const AdamCourse& course,
            const std::vector<TableDirection>& directions = {});

  /// One with the same numbers that moves by itself.
  AdamTable copy() const;
  /// The bags of rows as they are before step t, and their derivatives along the directions.
  /// @return  1 + directions, each [B, D]
  std::vector<Tensor> bags(const RowBags& reads, std::int64_t t);
  /// All rows' values as they are before step t. @return  [R, D]
  Tensor rows(std::int64_t t);
  /// Moves the rows of the last `bags`, or all of the last `rows`, by that step. Their gradients,
  /// [S, D], are never laid out: a row's is the sum of those of the bags that it is in.
  /// @param of_bags  the gradient with respect to the bags, [B, D]
  /// @param keep     whether the way back is wanted
  /// @param along    derivatives of `of_bags` along the directions; undefined: zero
  /// @param next     of each row of the table, the step that reads it next, where that is known: it
  ///                 is brought there while it is at hand. Not after t: not known
  /// @return         how the step found the rows; without moments where nothing is kept
  RestedRows step(const RowBags& reads, const Tensor& of_bags, std::int64_t t, bool keep,
                  const std::vector<Tensor>& along = {},
                  const std::vector<std::int64_t>& next = {});
  /// Brings all rows, and their moments, to before step t. @return  what that began with; without
  /// moments where nothing is kept
  RestedRows bring_to(std::int64_t t, bool keep);

  // Copies, [R, D].
  Tensor values() const { return part(0); }
  Tensor first() const { return part(1); }
  Tensor second() const { return part(2); }
  /// The derivative of the values along direction d.
  Tensor values_along(std::size_t d) const { return part(3 + 3 * static_cast<std::int64_t>(d)); }
  std::int64_t size() const { return rows_.size(0); }

 private:
  Tensor part(std::int64_t which) const {
    return rows_.select(1, which).clone(at::MemoryFormat::Contiguous);
  }
  /// Brings the values of a row, and their derivatives, to before step `until`; not the moments.
  /// @param rests  since the row's last gradient, as far as `until` at least
  template <class T>
  void rest(std::int64_t row, const std::vector<AdamCourse::Rest>& rests, std::int64_t until);
  void rest(const Tensor& rows, std::int64_t t);

  const AdamCourse* course_;
  /// [R, 3 (1 + directions), D]: values and both moments, then their derivatives, so that all of a
  /// row lies together.
  Tensor rows_;
  std::vector<std::vector<double>> of_rates_;  ///< one a direction
  std::vector<std::int64_t> since_;   ///< each row's first step after its last gradient; 0: none
  std::vector<std::int64_t> stands_;  ///< the step before which its values stand
};

}  // namespace inkling
