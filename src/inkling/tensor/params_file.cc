#include "inkling/tensor/params_file.h"

#include <array>
#include <cstring>

#include "inkling/base/error.h"
#include "inkling/base/safetensors.h"
#include "inkling/base/strings.h"
#include "inkling/tensor/large_pages.h"

namespace inkling {
namespace {

constexpr std::array<std::pair<at::ScalarType, DType>, 5> kTypes = {{{at::kFloat, DType::f32},
                                                                     {at::kDouble, DType::f64},
                                                                     {at::kLong, DType::i64},
                                                                     {at::kInt, DType::i32},
                                                                     {at::kHalf, DType::f16}}};

DType dtype_of(const std::string& name, const Tensor& tensor) {
  for (const auto& [engine, file] : kTypes) {
    if (tensor.scalar_type() == engine) return file;
  }
  throw Error(ErrorKind::internal, cat("parameter '", name, "' has a type that is not saved"));
}

at::ScalarType scalar_type(const std::string& name, DType dtype, const std::string& file) {
  for (const auto& [engine, stored] : kTypes) {
    if (dtype == stored) return engine;
  }
  throw Error(ErrorKind::data, cat("tensor of type ", to_string(dtype), " is not one of a model"),
              {file, 0, name}, "is this a model that inkling wrote?");
}

}  // namespace

void save_params(const Params& params, const std::filesystem::path& path,
                 const std::map<std::string, std::string>& metadata) {
  std::vector<Tensor> alive;
  std::vector<TensorEntry> entries;
  for (const auto& [name, value] : params) {
    const Tensor& tensor = alive.emplace_back(value.detach().cpu().contiguous());
    entries.push_back({name,
                       dtype_of(name, tensor),
                       tensor.sizes().vec(),
                       {static_cast<const char*>(tensor.data_ptr()), tensor.nbytes()}});
  }
  write_safetensors(path, entries, metadata);
}

Params load_params(const std::filesystem::path& path,
                   std::map<std::string, std::string>* metadata) {
  const auto file = SafetensorsFile::open(path);
  Params params;
  for (const auto& [name, view] : file.tensors()) {
    Tensor tensor = on_large_pages(view.shape, scalar_type(name, view.dtype, path.string()));
    if (!view.bytes.empty()) std::memcpy(tensor.data_ptr(), view.bytes.data(), view.bytes.size());
    params.set(name, tensor);
  }
  if (metadata != nullptr) *metadata = file.metadata();
  return params;
}

}  // namespace inkling
