// Params on disk, in the safetensors layout.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "inkling/tensor/params.h"

namespace inkling {

/// Writes through a temporary name. Sparse or device tensors are written as dense ones of the CPU.
void save_params(const Params& params, const std::filesystem::path& path,
                 const std::map<std::string, std::string>& metadata = {});

/// All tensors of the file, in the order of their names.
/// @throws Error io or data
Params load_params(const std::filesystem::path& path,
                   std::map<std::string, std::string>* metadata = nullptr);

}  // namespace inkling
