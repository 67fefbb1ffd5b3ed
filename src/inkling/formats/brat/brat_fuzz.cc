#include <algorithm>
#include <cstdlib>

#include "inkling/base/error.h"
#include "inkling/formats/brat/standoff.h"
#include "inkling/formats/source.h"

using namespace inkling;

/// Any bytes, a text before the first form feed and its annotations behind it, are an example or an
/// Error that names the file; what can be written again reads as the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string all(reinterpret_cast<const char*>(data), size);
  const std::size_t cut = std::min(all.find('\f'), all.size());
  Example example;
  std::string text;
  try {
    text = text_of(all.substr(0, cut), "fuzz.ann");
    const std::string ann = text_of(all.substr(std::min(cut + 1, size)), "fuzz.ann");
    example = brat::read_standoff(text, {"fuzz.ann", ann}, {});
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::data || error.where().file != "fuzz.ann") std::abort();
    return 0;
  }
  std::string again;
  try {
    again = brat::write_standoff({example, 1, "brat"}, {});
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::data) std::abort();
    return 0;
  }
  if (!(brat::read_standoff(text, {"fuzz.ann", again}, {}) == example)) std::abort();
  return 0;
}
