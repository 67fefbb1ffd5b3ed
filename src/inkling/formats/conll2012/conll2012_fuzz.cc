#include "inkling/formats/fuzz_format.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return inkling::fuzz_format("conll2012", "fuzz.gold_conll", {}, data, size);
}
