// Adam's steps where each reads some rows of a table, and the way back through them: what they cost
// is what those rows cost.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "inkling/bilevel/hypergradient.h"
#include "inkling/optim/adam_rows.h"
#include "inkling/optim/adam_rows_back.h"

namespace inkling {

/// Whether the steps can be taken so: the problem names a table, the transform is Adam, with one
/// rate for the table at a step, and the table's numbers lie as the loops read them.
bool goes_by_rows(const InnerProblem& problem, const Hyper& hyper);

/// The learning rates of a parameter's steps. @return  float64 [steps], with their graph
Tensor rates_of(const InnerProblem& problem, const Hyper& hyper, const std::string& name);
AdamCourse course_of(const InnerProblem& problem, const Tensor& rates);

/// A problem's parameters but its table.
Params without_table(const InnerProblem& problem, const Params& params);
/// The state of all parameters after the last step. @param others  that of all but the table
InnerState state_with(const InnerProblem& problem, const InnerState& others,
                      const AdamTable& table);

/// All steps of a problem that goes by rows, taken once, and their derivative: the numbers of
/// inner_step, to rounding.
class RowUnroll {
 public:
  struct How {
    std::int64_t from =
        0;  ///< the first step that `back` goes through; problem.steps: none is kept
    std::int64_t slots =
        0;  ///< states kept among them: the graphs of a (slots + 1)-th of the steps
            ///< are held at a time, and the others' computed again, to the same bits
    std::int64_t border = 0;  ///< a step at which `back` also says what it has so far
  };
  /// @throws Error numeric, naming the step, where a loss is not finite
  RowUnroll(const InnerProblem& problem, const Hyper& hyper, How how);

  /// After all steps.
  const InnerState& last() const { return last_; }
  const std::vector<double>& losses() const { return losses_; }
  /// Steps that were computed again.
  std::int64_t recomputed() const { return recomputed_; }

  struct Back {
    Params of_params;  ///< with respect to those before step how.from
    std::vector<Tensor> of_hyper;
    std::vector<Tensor> of_border;  ///< what the steps from how.border on give to of_hyper
  };
  /// Of what has the gradient `of_last` with respect to the last parameters, and history(t) with
  /// respect to the loss of step t. What was kept is given up.
  Back back(const Params& of_last, const std::function<double(std::int64_t)>& history);

 private:
  /// A step with the graph from what it found to what it made of it.
  struct Kept {
    RestedRows brought;  ///< at the border: all rows, before they were brought to it
    RowBags reads;
    Tensor bags;  ///< [B, D], a leaf
    InnerState before;
    Tensor loss;
    Tensor gradient;  ///< with respect to `bags`
    RestedRows rested;
    InnerState after;
  };

  /// A state between steps.
  struct Between {
    AdamTable table;
    InnerState others;  ///< all parameters but the table
  };

  /// @return  the loss before the update
  double step(std::int64_t t, bool keep);
  /// of_hyper_ and, through the rates, what the table's steps owe to the hyperparameters.
  std::vector<Tensor> of_hyper(const AdamTableBack& table) const;

  const InnerProblem& problem_;
  How how_;
  Hyper of_;      ///< leaves
  Tensor rates_;  ///< [steps], with their graph to of_
  AdamCourse course_;
  Between now_;
  std::int64_t stretch_;             ///< steps whose graphs are held at a time
  std::vector<Between> beginnings_;  ///< of the stretches that are to be computed again
  std::vector<double> losses_;
  std::int64_t recomputed_ = 0;
  std::vector<Kept> kept_;
  RestedRows at_end_;
  InnerState last_;
  std::vector<Tensor> of_hyper_;
};

}  // namespace inkling
