// A teacher: one predictor or several, whose answer is the mean of theirs.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "inkling/api/states.h"
#include "inkling/train/workers.h"

namespace inkling::distill {

/// The predictor in a model directory, trained or adapted. A trained one must answer without a
/// support.
/// @throws Error io, data or usage
std::shared_ptr<const PredictorState> predictor_in(const std::filesystem::path& folder);

/// What a directory holds, named: changes with its parameters.
std::string digest_in(const std::filesystem::path& folder);

/// Numbers a label each of texts: [texts, labels].
using Shares = std::vector<double>;

/// softmax(log(shares) / temperature), row by row.
Shares tempered(Shares shares, std::size_t labels, double temperature);

class Teacher {
 public:
  /// @param labels       in this order the answers have them
  /// @param temperature  of the members' mean
  /// @throws Error data, where a member knows other labels, naming it
  Teacher(const std::vector<std::filesystem::path>& members, std::vector<std::string> labels,
          double temperature);

  const std::vector<std::string>& labels() const { return labels_; }
  const std::string& digest() const { return digest_; }

  /// Calibrated probabilities, as many texts at a time as there are threads.
  Shares shares(const std::vector<std::string>& texts, Workers& workers) const;

 private:
  struct Member {
    std::shared_ptr<const PredictorState> predictor;
    std::vector<std::size_t> place;  ///< of each of its labels among labels_
  };

  std::vector<std::string> labels_;
  double temperature_;
  std::string digest_;
  std::vector<Member> members_;
};

}  // namespace inkling::distill
