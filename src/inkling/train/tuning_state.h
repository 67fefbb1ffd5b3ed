// Where a tuning stands, as a value and as a file that it goes on from.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "inkling/api/run_config.h"
#include "inkling/api/tune_options.h"
#include "inkling/tensor/params.h"

namespace inkling {

/// A point that was evaluated, in a few numbers a hyperparameter however many it has itself.
struct TuningPoint {
  std::vector<double> values;        ///< of each; of a vector the median of its numbers
  std::vector<double> low;           ///< the smallest number of each
  std::vector<double> high;          ///< the largest
  double objective = 0;              ///< infinite where the inner training went off
  std::optional<double> check = {};  ///< loss of the validation data that no gradient sees
  /// Of each on its line, of a vector along its course so far, that of Adam's first moment: where
  /// nothing is learned any more both are as often below zero as above. Empty where none was taken.
  std::vector<double> gradient;
  std::int64_t inner_steps = 0;
  double cost = 0;  ///< inner steps and products that it took
  /// Of an implicit estimator: whether the inner problem was solved, its gradient's share of that
  /// at the start, and the residual of the linear system.
  bool solved = true;
  double inner_gradient = 0;
  double residual = 0;
};

/// What is of all numbers stands one hyperparameter after the other (TunedHyperparameter::numbers).
struct TuningState {
  std::vector<double> x;       ///< the point to evaluate next, on the lines
  std::vector<double> first;   ///< Adam's moments,
  std::vector<double> second;  ///< or rprop's runs and lengths
  std::int64_t moves = 0;
  std::int64_t inner_steps = 0;  ///< of the next point's training
  double rate = 0;           ///< the outer one; Adam's is halved where an inner training went off
  std::vector<double> good;  ///< the last point to go back to, on the lines; empty: none
  double good_objective = 0;
  std::int64_t good_steps = 0;  ///< of its training
  /// Of each inner training that went off, how many points there were before.
  std::vector<std::size_t> divergences;
  std::vector<TuningPoint> path;
  std::vector<double> best_values;  ///< all numbers of best(); empty before the first point
  /// The last minimum that was found, where the next is looked for from; or empty.
  Params solution;
  double steps = 0;    ///< inner steps and products so far, those computed again among them
  double dearest = 0;  ///< of one point with its gradient
  double seconds = 0;
  double plain_seconds = 0;  ///< of the last evaluation, which has no gradient; 0 before
  std::string stopped;       ///< why, once it has; "" before
  /// How many numbers of each hyperparameter had no gradient at the last point that has some.
  std::vector<std::int64_t> without_influence;

  /// Adds a point to the path, and keeps all its numbers where it is the best.
  void add(TuningPoint point, std::vector<double> values);
  /// Of the points with the most inner steps, that with the smallest check, or objective where
  /// there is none; null where there is no finite one.
  const TuningPoint* best() const;
};

/// `state.json` in a folder, and beside it the solution that it names: of minimum-0.safetensors and
/// minimum-1.safetensors the one that the last state does not name, so that a state has its own
/// whenever the next one is stopped on its way.
class TuningFile {
 public:
  /// @param options  with those of the training: another tuning cannot go on from here
  TuningFile(std::filesystem::path folder, const RunConfig& config, const TuneOptions& options);

  bool exists() const;
  void save(const TuningState& state);
  /// @throws Error data, where the file is none; usage, where it was written with other options
  TuningState load();

 private:
  std::filesystem::path folder_;
  std::filesystem::path file_;
  ConfigValues config_;
  std::string solution_;  ///< as the state that is there names it; "" where there is none
};

}  // namespace inkling
