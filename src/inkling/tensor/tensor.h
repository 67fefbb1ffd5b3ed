// Tensors and their gradients: the one place that includes the engine.
#pragma once

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/grad_mode.h>

#include <span>
#include <vector>

#include "inkling/base/rng.h"

namespace inkling {

using at::Tensor;

/// A tensor that owns a copy of `values`.
template <class T>
Tensor tensor_of(std::span<const T> values, at::IntArrayRef shape);
template <class T>
Tensor tensor_of(const std::vector<T>& values) {
  return tensor_of(std::span<const T>(values), {static_cast<std::int64_t>(values.size())});
}

/// Standard normal numbers of stream `key`; the same numbers for every type and device.
Tensor normal(Key key, at::IntArrayRef shape, at::TensorOptions options);
/// Numbers in [low, high).
Tensor uniform(Key key, at::IntArrayRef shape, double low, double high, at::TensorOptions options);

/// x with each element dropped (zero) with `probability` and the others scaled by 1 / (1 -
/// probability). The mask is a pure function of `key`, so that a forward pass that is computed
/// again drops the same.
Tensor dropout(const Tensor& x, double probability, Key key);

/// The same values as a leaf of a new graph.
inline Tensor leaf(const Tensor& t) {
  return t.detach().requires_grad_(true);
}

/// The gradients of `output` (a single number) with respect to `inputs`; zeros where one has no
/// influence.
/// @param create_graph  whether the gradients can be differentiated again
std::vector<Tensor> gradients(const Tensor& output, const std::vector<Tensor>& inputs,
                              bool create_graph);

/// "cpu", "cuda", "cuda:1".
/// @throws Error usage for another name, or where the engine was built without it
at::Device device_named(const std::string& name);

/// float32 unless told; @throws Error usage
at::ScalarType dtype_named(const std::string& name);

}  // namespace inkling
