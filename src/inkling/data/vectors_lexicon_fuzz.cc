#include <cstdlib>

#include "inkling/base/error.h"
#include "inkling/base/fuzz_file.h"
#include "inkling/data/vectors.h"

/// Any bytes are at least one word with a score, or an Error of kind data that names the file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::filesystem::path& path = inkling::fuzz_file(data, size);
  try {
    if (inkling::read_lexicon(path).size() < 1) std::abort();
  } catch (const inkling::Error& error) {
    if (error.kind() != inkling::ErrorKind::data || error.where().file != path) std::abort();
  }
  return 0;
}
