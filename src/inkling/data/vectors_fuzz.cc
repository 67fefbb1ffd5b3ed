#include <cstdlib>

#include "inkling/base/error.h"
#include "inkling/base/fuzz_file.h"
#include "inkling/data/vectors.h"

/// Any bytes are vectors that can all be read and words that can be looked for, or an Error of kind
/// data.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const inkling::WordVectors vectors = inkling::WordVectors::open(inkling::fuzz_file(data, size));
    for (std::int64_t i = 0; i < vectors.size(); ++i) {
      if (static_cast<std::int64_t>(vectors.row(i).size()) != vectors.dimensions()) std::abort();
      const std::int64_t found = vectors.find(vectors.word(i));
      if (found >= 0 && vectors.word(found) != vectors.word(i)) std::abort();
    }
  } catch (const inkling::Error& error) {
    if (error.kind() != inkling::ErrorKind::data) std::abort();
  }
  return 0;
}
