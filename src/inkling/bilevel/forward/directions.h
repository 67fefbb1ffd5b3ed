// The numbers of hyperparameters as directions.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "inkling/bilevel/problem.h"
#include "inkling/tensor/jacobian_products.h"

namespace inkling {

/// Each number of the hyperparameters as a direction of them.
class Directions {
 public:
  explicit Directions(const Hyper& hyper);

  std::size_t size() const { return numbers_.size(); }
  /// The j-th: one at its number.
  Tensors unit(std::size_t j) const;
  std::vector<Tensors> units() const;
  /// For each direction a value, shaped as the hyperparameters: value(direction, the tensor of its
  /// number, the number's place in it).
  Params shaped(const std::function<double(std::size_t direction, std::size_t tensor,
                                           std::int64_t element)>& value) const;

 private:
  Hyper like_;
  std::vector<std::pair<std::size_t, std::int64_t>> numbers_;  ///< tensor and element of each
};

/// The sum over a and b of their products; undefined ones are zero.
double product_of(const Tensors& a, const Tensors& b);

}  // namespace inkling
