// Forward mode where each step of Adam reads some rows of a table.
#pragma once

#include <cstdint>
#include <deque>
#include <list>
#include <vector>

#include "inkling/bilevel/forward/directions.h"
#include "inkling/bilevel/row_unroll.h"

namespace inkling {

/// Whether derivatives with respect to all numbers of the hyperparameters can go along with steps
/// by rows: goes_by_rows, one rate for each parameter at a step, and few enough numbers.
bool carries_by_rows(const InnerProblem& problem, const Hyper& hyper);

/// What Tangents are, of steps by rows: a derivative of the table and its moments costs what the
/// rows cost that a step reads, and no step is kept. The steps that follow are looked at for which
/// rows they read, so that a row goes through the processor once a step.
class RowTangents {
 public:
  /// At the first parameters. @param problem  carries_by_rows; outlives this
  RowTangents(const InnerProblem& problem, const Hyper& hyper);

  /// A step. @return  the loss before the update
  double step();
  /// The last loss's derivative with respect to the hyperparameters, through the parameters and its
  /// own.
  Params of_loss() const;

  /// All parameters as they are after the last step; no step may follow.
  InnerState last();
  /// The derivative of what has this gradient with respect to these.
  Params along(const Params& of_last) const;

 private:
  /// The steps from step_ on whose rows are known, step_'s first; and of each row of the table
  /// which of these after the first reads it next.
  void look_ahead();

  const InnerProblem& problem_;
  Hyper hyper_;
  Directions directions_;
  std::vector<Tensors> units_;
  Params like_;                    ///< the first parameters
  std::list<AdamCourse> courses_;  ///< one a parameter; tables point to them
  /// The parameters as tables: [R, D], or all of one as a row that every step reads.
  std::vector<AdamTable> tables_;
  std::int64_t step_ = 0;  ///< the next
  std::deque<RowStep> ahead_;
  std::vector<std::int64_t> next_;
  RowBags whole_;  ///< what steps read of parameters that they read whole
  // Of the last step: the loss's gradients with respect to what it read, and how that changed along
  // each direction.
  Tensors found_;
  std::vector<Tensors> along_;
};

}  // namespace inkling
