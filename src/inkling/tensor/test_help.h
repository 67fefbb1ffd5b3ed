// What the tests of the engine's rooms share.
#pragma once

#include <gtest/gtest.h>

#include <functional>

#include "inkling/base/error.h"
#include "inkling/tensor/tensor.h"

namespace inkling::testing_help {

inline Error error_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "no error";
  return Error(ErrorKind::internal, "no error");
}

/// A tensor of float64.
inline Tensor numbers(const std::vector<double>& values, at::IntArrayRef shape) {
  return tensor_of(std::span<const double>(values), shape);
}
inline Tensor number(double value) {
  return at::scalar_tensor(value, at::kDouble);
}

/// The largest difference of two tensors of one shape.
inline double distance(const Tensor& a, const Tensor& b) {
  if (!a.defined() || !b.defined() || a.sizes() != b.sizes()) {
    ADD_FAILURE() << "tensors of different shapes";
    return 1e300;
  }
  if (a.numel() == 0) return 0;
  return (a.detach() - b.detach()).abs().max().to(at::kDouble).item<double>();
}

}  // namespace inkling::testing_help
