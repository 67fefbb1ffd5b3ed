#include "inkling/formats/fuzz_format.h"

/// The first byte chooses the options.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const unsigned choice = data[0];
  inkling::FormatOptions options;
  if ((choice & 1U) != 0) options.quote = (choice & 2U) != 0 ? "none" : "rfc4180";
  if ((choice & 4U) != 0) options.header = (choice & 8U) != 0 ? "no" : "yes";
  if ((choice & 16U) != 0) options.text_column = (choice & 32U) != 0 ? "2" : "b";
  if ((choice & 64U) != 0) options.group_column = "1";
  if ((choice & 128U) != 0) options.max_record_bytes = 50;
  return inkling::fuzz_format("csv", "fuzz.csv", options, data + 1, size - 1);
}
