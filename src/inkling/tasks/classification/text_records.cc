#include "inkling/tasks/classification/text_records.h"

#include <ATen/EmptyTensor.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <utility>

#include "inkling/base/error.h"

namespace inkling {
namespace {

/// A byte a row, and numbers of the rows that were marked. A thread keeps one: clearing what was
/// marked costs less than making it anew.
class RowMarks {
 public:
  void reserve(std::int64_t rows) {
    const auto blocks = static_cast<std::size_t>((rows + kBlock - 1) / kBlock);
    if (marks_.size() >= blocks * kBlock) return;
    marks_.resize(blocks * kBlock);
    numbers_.resize(blocks * kBlock);
    marked_.resize(blocks * kBlock);
  }

  void mark(std::span<const std::int32_t> rows) {
    // A byte may be anything's: without a pointer of its own it would be read anew for every row.
    std::uint8_t* const marks = marks_.data();
    for (const std::int32_t row : rows) marks[row] = 1;
  }

  /// Numbers the marked rows from 0 on and unmarks them. @return the rows, rising
  std::span<const std::int64_t> number(std::int64_t rows) {
    std::int32_t* const numbers = numbers_.data();
    std::int64_t* const marked = marked_.data();
    std::int32_t count = 0;
    for (std::int64_t block = 0; block < rows; block += kBlock) {
      for (std::uint64_t bits = take(block); bits != 0; bits &= bits - 1) {
        const std::int64_t row = block + std::countr_zero(bits);
        numbers[row] = count;
        marked[count++] = row;
      }
    }
    return {marked, static_cast<std::size_t>(count)};
  }

  /// By row; of a marked row alone does it mean something.
  std::span<const std::int32_t> numbers() const { return numbers_; }

 private:
  static constexpr std::int64_t kBlock = 64;
  static_assert(std::endian::native == std::endian::little);

  /// The marks of a block as bits, which are cleared.
  std::uint64_t take(std::int64_t block) {
    std::uint64_t eights[8];
    std::uint8_t* const marks = marks_.data() + block;
    std::memcpy(eights, marks, sizeof eights);
    std::uint64_t any = 0;
    for (const std::uint64_t eight : eights) any |= eight;
    if (any == 0) return 0;
    std::memset(marks, 0, sizeof eights);
    std::uint64_t bits = 0;
    for (int i = 0; i < 8; ++i) {
      // The product's highest byte has the eight lowest bits side by side.
      bits |= ((eights[i] * 0x0102040810204080) >> 56) << (8 * i);
    }
    return bits;
  }

  std::vector<std::uint8_t> marks_;
  std::vector<std::int32_t> numbers_;
  std::vector<std::int64_t> marked_;
};

/// Has the cache lines of `bytes` from `at` on fetched while other work goes on.
void fetch(const void* at, std::size_t bytes) {
  constexpr std::size_t kLine = 64;
  const auto* first = static_cast<const char*>(at);
  for (std::size_t i = 0; i < bytes; i += kLine) __builtin_prefetch(first + i);
  if (bytes > 0) __builtin_prefetch(first + bytes - 1);
}

/// @throws Error internal, where the parts of the episodes differ in size
template <class Part>
std::int64_t size_of_each(std::span<const Episode> episodes, Part part) {
  const std::size_t size = (episodes.front().*part).size();
  for (const Episode& episode : episodes) {
    if ((episode.*part).size() != size) {
      throw Error(ErrorKind::internal, "episodes of one record differ in size");
    }
  }
  return static_cast<std::int64_t>(size);
}

/// On the processor, and past the engine's dispatch, which costs more than so small a tensor.
template <class T>
Tensor empty(at::IntArrayRef shape) {
  return Tensor(at::detail::empty_cpu(shape, c10::CppTypeToScalarType<T>::value));
}

/// @return int64 [E, U]
Tensor classes_of(std::span<const Episode> episodes, std::vector<std::int32_t> Episode::* part) {
  const Tensor made = empty<std::int64_t>(
      {static_cast<std::int64_t>(episodes.size()), size_of_each(episodes, part)});
  auto* next = made.data_ptr<std::int64_t>();
  for (const Episode& episode : episodes) next = std::ranges::copy(episode.*part, next).out;
  return made;
}

}  // namespace

TextRecords::TextRecords(const TokenTable& table, TextWeights weights, std::int64_t rows,
                         at::ScalarType dtype, at::Device device, std::vector<float> frequencies)
    : ids_(table.ids),
      weights_(std::move(weights)),
      rows_(rows),
      dtype_(dtype),
      device_(device),
      frequencies_(std::move(frequencies)) {
  places_.reserve(static_cast<std::size_t>(table.size()));
  for (std::int64_t i = 0; i < table.size(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    places_.push_back({table.offsets[at], static_cast<std::int32_t>(table[i].size()),
                       table.word_counts[at], 0, 0});
  }
  if (weights_.binary) count_once();
  for (Place& text : places_) {
    const auto words = static_cast<std::size_t>(text.words);
    text.of_words = scale(ids(text).first(words), text.words < text.size ? 0.5 : 1);
    text.of_ngrams = scale(ids(text).subspan(words), 0.5);
  }
}

void TextRecords::count_once() {
  std::vector<std::int64_t> last_text(static_cast<std::size_t>(rows_), -1);
  std::int64_t number = 0;
  for (Place& text : places_) {
    const auto begin = std::ssize(each_once_);
    const auto add = [&](std::span<const std::int32_t> rows) {
      for (const std::int32_t row : rows) {
        if (std::exchange(last_text[static_cast<std::size_t>(row)], number) == number) continue;
        each_once_.push_back(row);
      }
      return static_cast<std::int32_t>(std::ssize(each_once_) - begin);
    };
    const auto rows = ids(text);
    const auto words = static_cast<std::size_t>(text.words);
    text.words = add(rows.first(words));
    text.size = add(rows.subspan(words));
    text.begin = begin;
    ++number;
  }
  ids_ = each_once_;
}

float TextRecords::scale(std::span<const std::int32_t> rows, double share) const {
  const bool l2 = weights_.norm == TextNorm::l2;
  double norm = 0;
  for (const std::int32_t row : rows) {
    const float weight = weights_.rows.empty() ? 1 : weights_.rows[static_cast<std::size_t>(row)];
    norm += l2 ? weight * weight : weight;
  }
  if (norm == 0) return 0;
  return static_cast<float>(l2 ? std::sqrt(share / norm) : share / norm);
}

Record TextRecords::make(std::span<const Episode> episodes, std::int64_t classes) const {
  thread_local RowMarks marks_of_thread;
  thread_local std::vector<Place> texts_of_thread;
  RowMarks& marks = marks_of_thread;
  std::vector<Place>& texts = texts_of_thread;
  marks.reserve(rows_);
  // The texts lie anywhere in the table: all that is read of them is asked for before the first is
  // waited for.
  const auto each = [&](auto visit) {
    for (const auto part : {&Episode::support, &Episode::query}) {
      for (const Episode& episode : episodes) {
        for (const std::int64_t index : episode.*part) visit(static_cast<std::size_t>(index));
      }
    }
  };
  each([&](std::size_t index) { fetch(&places_[index], sizeof(Place)); });
  texts.clear();
  each([&](std::size_t index) {
    texts.push_back(places_[index]);
    fetch(ids(texts.back()).data(), ids(texts.back()).size_bytes());
  });
  for (const Place& text : texts) marks.mark(ids(text));

  const auto count = static_cast<std::int64_t>(episodes.size());
  const auto support = static_cast<std::size_t>(count * size_of_each(episodes, &Episode::support));
  size_of_each(episodes, &Episode::query);
  Record record;
  const std::span<const std::int64_t> rows = marks.number(rows_);
  const Tensor occurring = empty<std::int64_t>({static_cast<std::int64_t>(rows.size())});
  std::ranges::copy(rows, occurring.data_ptr<std::int64_t>());
  record.rows = on_device(occurring);
  record.classes = classes;
  record.support = batch(Texts(texts).first(support), count, marks.numbers());
  record.support_targets.classes = on_device(classes_of(episodes, &Episode::support_classes));
  record.query = batch(Texts(texts).subspan(support), count, marks.numbers());
  record.query_targets.classes = on_device(classes_of(episodes, &Episode::query_classes));
  return record;
}

Batch TextRecords::batch(Texts texts, std::int64_t episodes,
                         std::span<const std::int32_t> numbers) const {
  Batch made;
  made.episodes = episodes;
  made.units = static_cast<std::int64_t>(texts.size()) / episodes;
  const Tensor offsets = empty<std::int64_t>({static_cast<std::int64_t>(texts.size()) + 1});
  auto* next_offset = offsets.data_ptr<std::int64_t>();
  std::int64_t total = 0;
  *next_offset++ = 0;
  for (const Place& text : texts) {
    *next_offset++ = total += text.size;
    made.words.longest = std::max<std::int64_t>(made.words.longest, text.size);
  }
  const Tensor ids_in_record = empty<std::int64_t>({total});
  const Tensor weights = empty<float>({total});
  const Tensor frequencies = empty<float>({frequencies_.empty() ? 0 : total});
  auto* next_id = ids_in_record.data_ptr<std::int64_t>();
  auto* next_weight = weights.data_ptr<float>();
  auto* next_frequency = frequencies.data_ptr<float>();
  for (const Place& text : texts) {
    const auto rows = ids(text);
    next_id = std::ranges::transform(rows, next_id, [&](std::int32_t row) {
                return std::int64_t{numbers[static_cast<std::size_t>(row)]};
              }).out;
    if (weights_.rows.empty()) {
      next_weight = std::fill_n(next_weight, text.words, text.of_words);
      next_weight = std::fill_n(next_weight, text.size - text.words, text.of_ngrams);
    } else {
      for (std::int32_t i = 0; i < text.size; ++i) {
        const auto row = static_cast<std::size_t>(rows[static_cast<std::size_t>(i)]);
        *next_weight++ = weights_.rows[row] * (i < text.words ? text.of_words : text.of_ngrams);
      }
    }
    if (frequencies_.empty()) continue;
    next_frequency = std::ranges::transform(rows, next_frequency, [&](std::int32_t row) {
                       return frequencies_[static_cast<std::size_t>(row)];
                     }).out;
  }
  made.words.ids = on_device(ids_in_record);
  made.words.weights = on_device(dtype_ == at::kFloat ? weights : weights.to(dtype_));
  made.words.offsets = on_device(offsets);
  if (!frequencies_.empty()) {
    made.words.frequencies = on_device(dtype_ == at::kFloat ? frequencies : frequencies.to(dtype_));
  }
  return made;
}

}  // namespace inkling
