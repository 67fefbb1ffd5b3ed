// The numbers of Adam's steps that do not depend on a row: rates, biases, and what rests are made
// of.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace inkling {

/// Adam (Kingma & Ba 2015) with a learning rate a step, and the numbers that its rests are made of.
class AdamCourse {
 public:
  /// @param rates  of steps 0, 1, ...
  AdamCourse(double beta1, double beta2, double epsilon, std::vector<double> rates);

  double beta1() const { return beta1_; }
  double beta2() const { return beta2_; }
  double epsilon() const { return epsilon_; }
  std::int64_t steps() const { return static_cast<std::int64_t>(rates_.size()); }
  double rate(std::int64_t step) const { return rates_[static_cast<std::size_t>(step)]; }
  /// beta1^i and beta2^i, i <= steps().
  double first(std::int64_t i) const { return first_[static_cast<std::size_t>(i)]; }
  double second(std::int64_t i) const { return second_[static_cast<std::size_t>(i)]; }

  /// A step without a gradient: the row's values change by -first * alpha / (beta * sqrt(second) +
  /// epsilon), with the moments as they were when its rest began.
  struct Rest {
    double share;  ///< beta1^j / (1 - beta1^(s + 1)) of step s, the rest's j-th
    double alpha;  ///< rate * share
    double beta;   ///< sqrt(beta2^j / (1 - beta2^(s + 1)))
  };
  /// Those of steps since .. until - 1, as far as they count: where beta1^j is below `smallest`
  /// what is left moves nothing.
  void rests(std::int64_t since, std::int64_t until, double smallest,
             std::vector<Rest>& made) const;

 private:
  double beta1_;
  double beta2_;
  double epsilon_;
  std::vector<double> rates_;
  std::vector<double> first_;
  std::vector<double> second_;
  std::vector<double> root_;   ///< of second_
  std::vector<double> share_;  ///< 1 / (1 - beta1^(s + 1))
  std::vector<double> scale_;  ///< 1 / sqrt(1 - beta2^(s + 1))
};

}  // namespace inkling
