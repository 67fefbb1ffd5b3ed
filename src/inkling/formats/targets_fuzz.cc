// Targets files are read whole or refused.
#include "inkling/formats/targets.h"

#include "inkling/base/error.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const inkling::Source source{"targets.jsonl", bytes};
  try {
    inkling::progress_of(source, {});
  } catch (const inkling::Error&) {
  }
  try {
    inkling::TargetsReader reader(source, {});
    inkling::Target target;
    while (reader.next(target)) inkling::line_of(target, reader.header().labels);
  } catch (const inkling::Error&) {
  }
  return 0;
}
