#include "inkling/text/vocabulary.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <utility>

#include "inkling/base/error.h"
#include "inkling/base/parallel.h"
#include "inkling/base/strings.h"
#include "inkling/text/word_scanner.h"

namespace inkling {
namespace {

/// Texts in one piece of work.
constexpr std::size_t kPiece = 256;

std::int64_t pieces_of(std::size_t texts) {
  return static_cast<std::int64_t>((texts + kPiece - 1) / kPiece);
}

std::span<const std::string_view> piece_of(std::span<const std::string_view> texts,
                                           std::int64_t piece) {
  const std::size_t begin = static_cast<std::size_t>(piece) * kPiece;
  return texts.subspan(begin, std::min(kPiece, texts.size() - begin));
}

std::uint64_t fnv1a(std::string_view word) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : word) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

std::uint64_t mix(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

/// Counters for each thread, added up at the end: sums do not depend on who counted what.
template <class Counter>
class Counters {
 public:
  /// Calls body(counter, piece) with a counter that nobody else uses meanwhile.
  template <class Make, class Body>
  Counters(std::int64_t pieces, int threads, Make make, Body body) {
    parallel_for(pieces, threads, [&](std::int64_t piece) {
      std::unique_ptr<Counter> counter = take();
      if (!counter) counter = std::make_unique<Counter>(make());
      body(*counter, piece);
      const std::lock_guard lock(mutex_);
      free_.push_back(std::move(counter));
    });
  }

  std::vector<std::unique_ptr<Counter>>& all() { return free_; }

 private:
  std::unique_ptr<Counter> take() {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) return nullptr;
    std::unique_ptr<Counter> counter = std::move(free_.back());
    free_.pop_back();
    return counter;
  }

  std::mutex mutex_;
  std::vector<std::unique_ptr<Counter>> free_;
};

using WordCounts = std::unordered_map<std::string, std::int64_t, StringHash, std::equal_to<>>;

WordCounts count_words(std::span<const std::string_view> texts, const TextOptions& options,
                       int threads) {
  Counters<WordCounts> counters(
      pieces_of(texts.size()), threads, [] { return WordCounts(); },
      [&](WordCounts& counts, std::int64_t piece) {
        for (const std::string_view text : piece_of(texts, piece)) {
          WordScanner scanner(text, options);
          for (std::string_view word; scanner.next(word);) {
            const auto found = counts.find(word);
            if (found != counts.end()) {
              ++found->second;
            } else if (word.size() <= Vocabulary::kLongestWord) {
              counts.emplace(word, 1);
            }
          }
        }
      });
  WordCounts total;
  for (const auto& counts : counters.all()) {
    if (total.empty()) {
      total.swap(*counts);
      continue;
    }
    for (const auto& [word, count] : *counts) total[word] += count;
  }
  return total;
}

/// Whether a text can have the word: the scanner reads it as it stands.
bool can_occur(const std::string& word, const TextOptions& options) {
  if (word.size() > Vocabulary::kLongestWord) return false;
  WordScanner scanner(word, options);
  std::string_view read;
  return scanner.next(read) && read == word;
}

/// The words to keep, by falling count, ties by bytes.
std::vector<std::string> most_frequent(const WordCounts& counts, const TextOptions& options,
                                       std::span<const std::string> vector_words) {
  using Ranked = std::pair<std::int64_t, std::string_view>;
  std::vector<Ranked> ranked;
  for (const auto& [word, count] : counts) {
    if (count >= options.min_count) ranked.emplace_back(-count, word);
  }
  const auto kept = std::min(ranked.size(), static_cast<std::size_t>(options.words - 2));
  std::partial_sort(ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(kept),
                    ranked.end());
  ranked.resize(kept);
  if (!vector_words.empty()) {
    for (const std::string& word : vector_words) {
      if (!can_occur(word, options)) continue;
      const auto found = counts.find(word);
      ranked.emplace_back(found == counts.end() ? 0 : -found->second, word);
    }
    std::ranges::sort(ranked);
    const auto repeated = std::ranges::unique(ranked);
    ranked.erase(repeated.begin(), repeated.end());
  }
  std::vector<std::string> words;
  words.reserve(ranked.size());
  for (const auto& entry : ranked) words.emplace_back(entry.second);
  return words;
}

/// What is counted of each row, on one thread.
struct RowCounter {
  std::vector<std::int64_t> counts;
  std::vector<std::int64_t> documents;
  std::vector<std::int64_t>
      last_text;  ///< number of the text that the row was last seen in, from 1
  std::int64_t texts = 0;
  std::vector<std::int32_t> ids;

  explicit RowCounter(std::size_t rows) : counts(rows), documents(rows), last_text(rows) {}

  void add_text() {
    ++texts;
    for (const std::int32_t id : ids) {
      const auto row = static_cast<std::size_t>(id);
      ++counts[row];
      if (std::exchange(last_text[row], texts) != texts) ++documents[row];
    }
  }
};

}  // namespace

Vocabulary::Vocabulary(TextOptions options, std::vector<std::string> words)
    : options_(std::move(options)), words_{"<padding>", "<unknown>"} {
  words_.reserve(words.size() + 2);
  ids_.reserve(words.size());
  for (std::string& word : words) {
    ids_.emplace(word, static_cast<std::int32_t>(words_.size()));
    words_.push_back(std::move(word));
  }
  counts_.resize(static_cast<std::size_t>(rows()));
  document_counts_.resize(counts_.size());
}

Vocabulary Vocabulary::build(std::span<const std::string_view> texts, const TextOptions& options,
                             int threads, std::span<const std::string> vector_words) {
  if (options.split != "words" && options.hashed()) {
    throw Error(ErrorKind::usage, "n-grams are made of words that the tokeniser finds",
                {"", 0, "ngrams"}, "leave out --ngrams and --subwords here");
  }
  vector_words = vector_words.first(
      std::min(vector_words.size(), static_cast<std::size_t>(options.vector_words)));
  TextOptions used = options;
  used.vector_words = static_cast<std::int64_t>(vector_words.size());
  Vocabulary vocabulary(used,
                        most_frequent(count_words(texts, options, threads), options, vector_words));
  vocabulary.count(texts, threads);
  return vocabulary;
}

void Vocabulary::count(std::span<const std::string_view> texts, int threads) {
  documents_ = static_cast<std::int64_t>(texts.size());
  Counters<RowCounter> counters(
      pieces_of(texts.size()), threads, [&] { return RowCounter(counts_.size()); },
      [&](RowCounter& counter, std::int64_t piece) {
        for (const std::string_view text : piece_of(texts, piece)) {
          counter.ids.clear();
          encode_into(text, counter.ids);
          counter.add_text();
        }
      });
  for (const auto& counter : counters.all()) {
    for (std::size_t row = 0; row < counts_.size(); ++row) {
      counts_[row] += counter->counts[row];
      document_counts_[row] += counter->documents[row];
    }
  }
}

std::int64_t Vocabulary::rows() const {
  return words() + (options_.hashed() ? options_.buckets : 0);
}

std::int32_t Vocabulary::id(std::string_view word) const {
  const auto found = ids_.find(word);
  return found == ids_.end() ? kUnknown : found->second;
}

std::vector<std::int32_t> Vocabulary::encode(std::string_view text,
                                             std::int64_t* word_count) const {
  std::vector<std::int32_t> ids;
  const std::int64_t count = encode_into(text, ids);
  if (word_count != nullptr) *word_count = count;
  return ids;
}

std::int64_t Vocabulary::encode_into(std::string_view text, std::vector<std::int32_t>& ids) const {
  const std::size_t before = ids.size();
  std::vector<std::uint64_t> hashes;
  std::vector<std::int32_t> inside;
  WordScanner scanner(text, options_);
  for (std::string_view word; scanner.next(word);) {
    ids.push_back(id(word));
    if (options_.ngrams > 1) hashes.push_back(fnv1a(word));
    if (options_.subwords > 2) add_subwords(word, inside);
  }
  const std::size_t count = ids.size() - before;
  // Of each place: the hash of the n-gram that begins there, grown by a word in each round.
  std::vector<std::uint64_t> grams(hashes.size());
  for (std::size_t i = 0; i < grams.size(); ++i) grams[i] = mix(hashes[i]);
  const auto longest = static_cast<std::size_t>(options_.ngrams);
  for (std::size_t n = 2; n <= longest && n <= hashes.size(); ++n) {
    for (std::size_t i = 0; i + n <= hashes.size(); ++i) {
      grams[i] = mix(grams[i] ^ hashes[i + n - 1]);
      const std::uint64_t bucket = grams[i] % static_cast<std::uint64_t>(options_.buckets);
      ids.push_back(static_cast<std::int32_t>(words_.size() + bucket));
    }
  }
  ids.insert(ids.end(), inside.begin(), inside.end());
  return static_cast<std::int64_t>(count);
}

void Vocabulary::add_subwords(std::string_view word, std::vector<std::int32_t>& ids) const {
  const std::string marked = cat("<", word.substr(0, kLongestWord), ">");
  std::vector<std::size_t> starts;  // of the characters, and the end
  for (std::size_t i = 0; i < marked.size(); ++i) {
    if ((static_cast<unsigned char>(marked[i]) & 0xC0) != 0x80) starts.push_back(i);
  }
  starts.push_back(marked.size());
  const auto longest = static_cast<std::size_t>(options_.subwords);
  for (std::size_t n = 3; n <= longest; ++n) {
    for (std::size_t i = 0; i + n < starts.size(); ++i) {
      const std::string_view characters =
          std::string_view(marked).substr(starts[i], starts[i + n] - starts[i]);
      const std::uint64_t bucket =
          mix(fnv1a(characters)) % static_cast<std::uint64_t>(options_.buckets);
      ids.push_back(static_cast<std::int32_t>(words_.size() + bucket));
    }
  }
}

}  // namespace inkling
