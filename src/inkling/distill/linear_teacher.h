// Logistic regression on words and runs of words, as an `average` encoder whose head is the
// identity.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "inkling/api/distill_options.h"
#include "inkling/nn/bag.h"
#include "inkling/train/task_data.h"
#include "inkling/train/trained_model.h"
#include "inkling/train/workers.h"

namespace inkling::distill {

/// Whether `teacher` names one: "nb" or "tfidf".
bool is_linear(const std::string& teacher);

/// The minimum of
///
///     1/n sum_i -log softmax(W phi(x_i) + b)[y_i] + penalty / (2 n) |U|^2
///
/// phi(x) of length one, of the words and runs of words that stand in x, of "tfidf" by their
/// inverse document frequencies. W = U, and of "nb" W = r U, r the logarithm of how much more often
/// an entry stands in texts of the class than in others, counts plus one (of two classes the
/// second's). Source: Wang, Manning 2012 (NBSVM), with logistic loss.
class LinearFit {
 public:
  /// @param config  data sections, seed
  LinearFit(const std::string& kind, const RunConfig& config, const DistillOptions& options,
            const TextSplit& split, Workers& workers);

  /// From the last minimum found.
  TrainedModel at(double penalty);

 private:
  RunConfig config_;
  std::vector<std::string> labels_;
  Vocabulary vocabulary_;
  std::unique_ptr<const Learner> learner_;  ///< in float64
  Record record_;
  std::optional<TextMatrix> texts_;  ///< the record's
  std::int64_t examples_;
  Tensor ratios_;  ///< [R, D], or undefined
  Params found_;
};

/// options.penalties as numbers. @throws Error usage
std::vector<double> penalties_of(const DistillOptions& options);

}  // namespace inkling::distill
