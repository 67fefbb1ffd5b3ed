#include <cstdint>
#include <cstdlib>

#include "inkling/api/run_config.h"
#include "inkling/base/error.h"

/// Any bytes are values that make a configuration, or an Error of kind usage that names the file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    inkling::config_from_values(inkling::parse_config(text, "fuzz"));
  } catch (const inkling::Error& error) {
    if (error.kind() != inkling::ErrorKind::usage || error.where().file != "fuzz") std::abort();
  }
  return 0;
}
