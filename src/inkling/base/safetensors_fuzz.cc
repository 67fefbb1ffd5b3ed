#include <cstdlib>

#include "inkling/base/error.h"
#include "inkling/base/safetensors.h"

/// Any bytes are a file or an Error of kind data; every view lies within them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try {
    const inkling::Safetensors file = inkling::parse_safetensors(bytes, "fuzz");
    std::size_t total = 0;
    for (const auto& [name, tensor] : file.tensors) {
      if (!tensor.bytes.empty() && tensor.bytes.data() < bytes.data()) std::abort();
      if (tensor.bytes.data() + tensor.bytes.size() > bytes.data() + bytes.size()) std::abort();
      total += tensor.bytes.size();
    }
    if (total > size) std::abort();
  } catch (const inkling::Error& error) {
    if (error.kind() != inkling::ErrorKind::data) std::abort();
  }
  return 0;
}
