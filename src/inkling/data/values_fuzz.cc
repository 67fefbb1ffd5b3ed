#include <cstdlib>
#include <set>

#include "inkling/base/error.h"
#include "inkling/base/fuzz_file.h"
#include "inkling/data/pool.h"

/// Any bytes are a list of names, each there once and with the line that gave it, or an Error of
/// kind usage.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string item = "@" + inkling::fuzz_file(data, size).string();
  try {
    std::set<std::string> names;
    for (const inkling::Value& value : inkling::expand_values({&item, 1})) {
      if (value.name.empty() || value.origin.line < 1) std::abort();
      if (!names.insert(value.name).second) std::abort();
    }
  } catch (const inkling::Error& error) {
    if (error.kind() != inkling::ErrorKind::usage) std::abort();
  }
  return 0;
}
