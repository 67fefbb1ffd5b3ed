#include "inkling/data/masked_words.h"

#include <unicode/brkiter.h>
#include <unicode/uchar.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <unordered_map>
#include <unordered_set>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/text/tokenizer.h"

namespace inkling {
namespace {

constexpr std::size_t kFewestWords = 5;
constexpr std::size_t kMostWords = 64;
/// A word that stands in more than one of so many sentences is no class.
constexpr std::int64_t kRare = 50;
/// It may have so many times the sentences that a class needs all the same.
constexpr std::int64_t kFew = 4;

using Sentence = std::vector<std::int32_t>;

/// Sentences as numbers of words.
struct Sentences {
  std::vector<std::string> words;
  std::vector<Sentence> all;
  std::vector<std::int64_t> counts;  ///< of each word: sentences that it stands in
};

std::vector<std::string> sentences_of(const std::string& text) {
  UErrorCode status = U_ZERO_ERROR;
  static thread_local const std::unique_ptr<icu::BreakIterator> breaks(
      icu::BreakIterator::createSentenceInstance(icu::Locale::getRoot(), status));
  if (!breaks)
    throw Error(ErrorKind::internal, cat("no rules of sentences: ", u_errorName(status)));
  const icu::UnicodeString whole = icu::UnicodeString::fromUTF8(text);
  breaks->setText(whole);
  std::vector<std::string> found;
  for (std::int32_t from = breaks->first(), to = breaks->next(); to != icu::BreakIterator::DONE;
       from = to, to = breaks->next()) {
    whole.tempSubStringBetween(from, to).toUTF8String(found.emplace_back());
  }
  return found;
}

/// Whether a word can be a class: of letters alone.
bool is_of_letters(const std::string& word) {
  const icu::UnicodeString text = icu::UnicodeString::fromUTF8(word);
  for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
    if (!u_isalpha(text.char32At(i))) return false;
  }
  return !text.isEmpty();
}

Sentences read(std::span<const std::string> texts, const TextOptions& options) {
  Sentences read;
  std::unordered_map<std::string, std::int32_t> ids;
  std::unordered_set<std::string> seen;
  for (const std::string& text : texts) {
    for (const std::string& sentence : sentences_of(text)) {
      std::vector<std::string> words = words_of(sentence, options);
      if (words.size() < kFewestWords || words.size() > kMostWords) continue;
      if (!seen.insert(join(words, " ")).second) continue;
      Sentence& made = read.all.emplace_back();
      for (std::string& word : words) {
        const auto [entry, added] =
            ids.emplace(std::move(word), static_cast<std::int32_t>(read.words.size()));
        if (added) {
          read.words.push_back(entry->first);
          read.counts.push_back(0);
        }
        const bool again = std::ranges::find(made, entry->second) != made.end();
        if (!again) ++read.counts[static_cast<std::size_t>(entry->second)];
        made.push_back(entry->second);
      }
    }
  }
  return read;
}

/// The words that are to be classes.
std::vector<bool> chosen(const Sentences& read, const MaskedWords& wanted, Rng& rng) {
  std::vector<std::int32_t> able;
  const std::int64_t most = std::max(kFew * wanted.least, std::ssize(read.all) / kRare);
  for (std::size_t id = 0; id < read.words.size(); ++id) {
    if (read.counts[id] < wanted.least || read.counts[id] > most) continue;
    if (is_of_letters(read.words[id])) able.push_back(static_cast<std::int32_t>(id));
  }
  rng.shuffle(std::span(able));
  able.resize(std::min(able.size(), static_cast<std::size_t>(wanted.words)));
  std::vector<bool> is_class(read.words.size(), false);
  for (const std::int32_t id : able) is_class[static_cast<std::size_t>(id)] = true;
  return is_class;
}

std::string masked(const Sentences& read, const Sentence& sentence, std::int32_t word) {
  std::vector<std::string> words;
  for (const std::int32_t id : sentence) {
    words.push_back(id == word ? kMask : read.words[static_cast<std::size_t>(id)]);
  }
  return join(words, " ");
}

}  // namespace

Dataset masked_words(std::span<const std::string> texts, const TextOptions& text,
                     const MaskedWords& wanted, Key key) {
  const Sentences all = read(texts, text);
  Rng rng(key);
  const std::vector<bool> is_class = chosen(all, wanted, rng);
  std::vector<std::size_t> order(all.all.size());
  std::iota(order.begin(), order.end(), 0);
  rng.shuffle(std::span(order));
  // A sentence goes to that of its words which has the fewest so far.
  std::vector<std::vector<std::size_t>> of_word(all.words.size());
  for (const std::size_t sentence : order) {
    std::int32_t least = -1;
    for (const std::int32_t id : all.all[sentence]) {
      const auto place = static_cast<std::size_t>(id);
      if (!is_class[place]) continue;
      if (least < 0 || of_word[place].size() < of_word[static_cast<std::size_t>(least)].size()) {
        least = id;
      }
    }
    if (least < 0) continue;
    std::vector<std::size_t>& sentences = of_word[static_cast<std::size_t>(least)];
    if (std::ssize(sentences) < wanted.texts) sentences.push_back(sentence);
  }
  Dataset made;
  made.name = "masked words";
  std::int64_t classes = 0;
  for (std::size_t word = 0; word < of_word.size(); ++word) {
    if (std::ssize(of_word[word]) < wanted.least) continue;
    ++classes;
    for (const std::size_t sentence : of_word[word]) {
      Example example;
      example.text = masked(all, all.all[sentence], static_cast<std::int32_t>(word));
      example.label = all.words[word];
      made.examples.push_back(std::move(example));
    }
  }
  if (classes < 2) {
    throw Error(ErrorKind::data,
                cat("of ", all.all.size(), " sentences of five words and more, ", classes,
                    " words stand in ", wanted.least, " or more without being everywhere"),
                {"", 0, "unlabelled"}, "give more texts, or ask for fewer --shots and --queries");
  }
  return made;
}

}  // namespace inkling
