#include "inkling/text/tokenizer.h"

#include <benchmark/benchmark.h>
#include <unicode/brkiter.h>

#include <memory>

#include "inkling/base/rng.h"
#include "inkling/text/token_table.h"

namespace inkling {
namespace {

/// A million bytes or so of words of a few letters, with marks between them.
std::string text_of(std::string_view alphabet, std::size_t letter_bytes) {
  Rng rng(Key{1});
  std::string text;
  while (text.size() < 1000000) {
    for (std::uint64_t letters = 1 + rng.below(8); letters > 0; --letters) {
      const std::size_t letter = rng.below(alphabet.size() / letter_bytes);
      text += alphabet.substr(letter * letter_bytes, letter_bytes);
    }
    text += rng.below(8) == 0 ? ", " : " ";
  }
  return text;
}

std::string latin() {
  return text_of("abcdefghijklmnopqrstuvwxyzABC", 1);
}
std::string cyrillic() {
  return text_of("абвгдежзийклмнопрстАБВ", 2);
}

void split_into_words(benchmark::State& state, const std::string& text) {
  TextOptions options;
  options.max_words_per_text = 1 << 24;
  for (auto _ : state) benchmark::DoNotOptimize(words_of(text, options));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK_CAPTURE(split_into_words, latin, latin());
BENCHMARK_CAPTURE(split_into_words, cyrillic, cyrillic());

/// The peer: ICU's own word iterator, which folds nothing.
void split_by_icu(benchmark::State& state, const std::string& text) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<icu::BreakIterator> breaks(
      icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), status));
  for (auto _ : state) {
    const icu::UnicodeString whole = icu::UnicodeString::fromUTF8(text);
    breaks->setText(whole);
    std::vector<std::string> words;
    for (std::int32_t begin = 0, end = breaks->next(); end != icu::BreakIterator::DONE;
         begin = end, end = breaks->next())
      whole.tempSubStringBetween(begin, end).toUTF8String(words.emplace_back());
    benchmark::DoNotOptimize(words);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK_CAPTURE(split_by_icu, latin, latin());
BENCHMARK_CAPTURE(split_by_icu, cyrillic, cyrillic());

void build_and_tokenise(benchmark::State& state) {
  const std::string text = latin();
  const std::vector<std::string_view> texts(4, text);
  TextOptions options;
  options.ngrams = state.range(0);
  options.max_words_per_text = 1 << 24;
  for (auto _ : state) {
    const Vocabulary vocabulary = Vocabulary::build(texts, options);
    benchmark::DoNotOptimize(tokenise(texts, vocabulary));
  }
  state.SetBytesProcessed(state.iterations() * 4 * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(build_and_tokenise)->Arg(1)->Arg(2);

}  // namespace
}  // namespace inkling
