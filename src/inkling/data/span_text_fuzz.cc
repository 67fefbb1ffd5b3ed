// Any text is words and spans, which written again read the same; and as a sentence with spans, a
// pair or a predicate it is read or refused.
#include "inkling/data/span_text.h"

#include <cstdlib>

#include "inkling/base/error.h"
#include "inkling/data/relation_examples.h"
#include "inkling/data/role_examples.h"
#include "inkling/data/span_examples.h"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const inkling::SpanText read = inkling::read_span_text(text);
  if (!read.words.empty()) {
    const inkling::SpanText again =
        inkling::read_span_text(inkling::span_text(read.words, read.spans));
    if (again.words != read.words || again.spans != read.spans) std::abort();
  }
  inkling::Dataset dataset;
  dataset.examples.emplace_back().text = text;
  const auto refused_or_read = [&](const auto& examples) {
    try {
      examples();
    } catch (const inkling::Error&) {
    }
  };
  refused_or_read([&] { inkling::span_examples(dataset); });
  refused_or_read([&] { inkling::relation_examples(dataset, 8); });
  refused_or_read([&] { inkling::role_examples(dataset); });
  return 0;
}
