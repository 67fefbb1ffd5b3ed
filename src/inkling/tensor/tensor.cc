#include "inkling/tensor/tensor.h"

#include <algorithm>
#include <cstring>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"

namespace inkling {

template <class T>
Tensor tensor_of(std::span<const T> values, at::IntArrayRef shape) {
  Tensor made = at::empty(shape, at::TensorOptions().dtype(c10::CppTypeToScalarType<T>::value));
  if (static_cast<std::size_t>(made.numel()) != values.size()) {
    throw Error(ErrorKind::internal, "a tensor's shape does not fit its values");
  }
  if (!values.empty()) std::memcpy(made.data_ptr(), values.data(), values.size_bytes());
  return made;
}

template Tensor tensor_of(std::span<const float>, at::IntArrayRef);
template Tensor tensor_of(std::span<const double>, at::IntArrayRef);
template Tensor tensor_of(std::span<const std::int32_t>, at::IntArrayRef);
template Tensor tensor_of(std::span<const std::int64_t>, at::IntArrayRef);

namespace {

template <class Draw>
Tensor drawn(at::IntArrayRef shape, at::TensorOptions options, const Draw& draw) {
  Tensor made = at::empty(shape, at::TensorOptions().dtype(at::kDouble));
  double* out = made.data_ptr<double>();
  for (std::int64_t i = 0; i < made.numel(); ++i) out[i] = draw();
  return made.to(options);
}

}  // namespace

Tensor normal(Key key, at::IntArrayRef shape, at::TensorOptions options) {
  Rng rng(key);
  return drawn(shape, options, [&] { return rng.normal(); });
}

Tensor uniform(Key key, at::IntArrayRef shape, double low, double high, at::TensorOptions options) {
  Rng rng(key);
  return drawn(shape, options, [&] { return rng.uniform(low, high); });
}

Tensor dropout(const Tensor& x, double probability, Key key) {
  if (probability <= 0) return x;
  // One block of the counter gives four masks of 32 bits.
  const auto threshold = static_cast<std::uint32_t>(std::min(probability, 1.0) * 4294967295.0);
  Tensor mask = at::empty(x.sizes(), at::TensorOptions().dtype(at::kFloat));
  float* out = mask.data_ptr<float>();
  const auto scale = static_cast<float>(1 / (1 - probability));
  const std::int64_t size = mask.numel();
  for (std::int64_t i = 0; i < size; i += 4) {
    const auto block = philox(key, static_cast<std::uint64_t>(i / 4));
    for (std::int64_t j = i; j < std::min(i + 4, size); ++j) {
      out[j] = block[static_cast<std::size_t>(j - i)] < threshold ? 0 : scale;
    }
  }
  return x * mask.to(x.options());
}

std::vector<Tensor> gradients(const Tensor& output, const std::vector<Tensor>& inputs,
                              bool create_graph) {
  if (inputs.empty()) return {};
  std::vector<Tensor> found;
  if (output.requires_grad()) {
    found = torch::autograd::grad({output}, inputs, {}, create_graph, create_graph, true);
  } else {
    found.resize(inputs.size());
  }
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (!found[i].defined()) found[i] = at::zeros_like(inputs[i]);
  }
  return found;
}

at::Device device_named(const std::string& name) {
  try {
    const at::Device device(name);
    if (device.is_cpu() || (device.is_cuda() && at::hasCUDA())) return device;
  } catch (const c10::Error&) {
    throw Error(ErrorKind::usage, cat("unknown device '", name, "'"), {"", 0, "device"},
                "use cpu, cuda or cuda:NUMBER");
  }
  throw Error(ErrorKind::usage, cat("device '", name, "' is not available"), {"", 0, "device"},
              "use cpu, or build with -DINKLING_CUDA=ON on a machine with a GPU");
}

at::ScalarType dtype_named(const std::string& name) {
  if (name == "float32") return at::kFloat;
  if (name == "float64") return at::kDouble;
  throw Error(ErrorKind::usage, cat("unknown number type '", name, "'"), {"", 0, "dtype"},
              "use float32 or float64");
}

}  // namespace inkling
