#include <cstdlib>

#include "inkling/base/error.h"
#include "inkling/formats/gzip.h"
#include "inkling/formats/source.h"

/// Any bytes, a gzip among them, are text or an Error that names the file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  try {
    const std::string text = inkling::text_of(bytes, "fuzz");
    if (!inkling::is_text(text)) std::abort();
    if (inkling::text_of(inkling::bytes_of(text), "fuzz") != text) std::abort();
  } catch (const inkling::Error& error) {
    if (error.kind() != inkling::ErrorKind::data || error.where().file != "fuzz") std::abort();
  }
  if (size % 16 == 0 && inkling::gunzip(inkling::gzip(bytes), "fuzz") != bytes) std::abort();
  return 0;
}
