#include "inkling/formats/fuzz_format.h"

/// The first byte chooses the options.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const unsigned choice = data[0];
  inkling::FormatOptions options;
  if ((choice & 1U) != 0) options.separator = (choice & 2U) != 0 ? "tab" : "space";
  if ((choice & 4U) != 0) options.tag_scheme = (choice & 8U) != 0 ? "iobes" : "io";
  if ((choice & 16U) != 0) options.columns = {"token", "tag", "pos"};
  if ((choice & 32U) != 0) options.broken_tags = "repair";
  if ((choice & 64U) != 0) options.group_column = "topic";
  if ((choice & 128U) != 0) options.token_column = "2";
  return inkling::fuzz_format("conll", "fuzz.conll", options, data + 1, size - 1);
}
