#include "inkling/formats/fuzz_format.h"

/// The first byte chooses the options.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const unsigned choice = data[0];
  inkling::FormatOptions options;
  if ((choice & 1U) != 0) options.separator = (choice & 2U) != 0 ? "tab" : "space";
  if ((choice & 4U) != 0) options.columns = {"token", "lemma"};
  return inkling::fuzz_format("conll2005", "fuzz.conll", options, data + 1, size - 1);
}
