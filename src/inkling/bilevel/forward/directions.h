// The numbers of hyperparameters as directions, and derivatives along directions.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "inkling/bilevel/problem.h"

namespace inkling {

/// One tensor each of a list; undefined ones are zero.
using Tensors = std::vector<Tensor>;

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

/// grad(outputs, inputs, towards), where towards[i] is undefined where it is zero; the graph stays.
Tensors taken_back(Tensors outputs, const Tensors& inputs, Tensors towards);

/// The derivatives of `outputs` along each of `directions` of `inputs`.
std::vector<Tensors> jacobian_products(const Tensors& outputs, const Tensors& inputs,
                                       const std::vector<Tensors>& directions);

/// The sum over a and b of their products; undefined ones are zero.
double product_of(const Tensors& a, const Tensors& b);

}  // namespace inkling
