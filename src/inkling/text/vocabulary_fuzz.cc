#include "inkling/text/vocabulary.h"

#include <cstdlib>

#include "inkling/base/error.h"
#include "inkling/text/tokenizer.h"

/// Any bytes are a vocabulary that writes the same bytes again, or an Error of kind data; any bytes
/// are words that are words again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  try {
    const inkling::Vocabulary vocabulary = inkling::Vocabulary::from_text(bytes, "fuzz");
    if (vocabulary.to_text() != bytes) std::abort();
    for (const std::int32_t id : vocabulary.encode(bytes)) {
      if (id < 0 || id >= vocabulary.rows()) std::abort();
    }
  } catch (const inkling::Error& error) {
    if (error.kind() != inkling::ErrorKind::data) std::abort();
  }
  inkling::TextOptions options;
  options.lowercase = size % 2 == 0;
  for (const std::string& word : inkling::words_of(bytes, options)) {
    if (inkling::words_of(word, options) != std::vector<std::string>{word}) std::abort();
  }
  return 0;
}
