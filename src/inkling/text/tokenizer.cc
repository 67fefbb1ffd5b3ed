#include "inkling/text/tokenizer.h"

#include "inkling/text/word_scanner.h"

namespace inkling {

std::vector<std::string> words_of(std::string_view text, const TextOptions& options) {
  std::vector<std::string> words;
  WordScanner scanner(text, options);
  for (std::string_view word; scanner.next(word);) words.emplace_back(word);
  return words;
}

}  // namespace inkling
