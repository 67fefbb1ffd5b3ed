#include "inkling/tasks/text_records.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "inkling/base/error.h"
#include "inkling/nn/clones.h"
#include "inkling/tasks/row_marks.h"
#include "inkling/tensor/recycled.h"

namespace inkling {
namespace {

/// Texts are copied so many entries at a time, past their ends: where a text ends is not to be
/// guessed by the processor, and the next text overwrites what was too much.
constexpr std::size_t kStride = 16;

/// Has the memory of the ids fetched while other work goes on. The lines of a short text are asked
/// for without asking how many they are.
void fetch(std::span<const std::int32_t> ids) {
  constexpr std::size_t kLine = 64;
  constexpr std::size_t kShort = 4 * kLine;
  const auto* first = reinterpret_cast<const char*>(ids.data());
  for (std::size_t i = 0; i < kShort; i += kLine) __builtin_prefetch(first + i);
  __builtin_prefetch(first + ids.size_bytes());
  for (std::size_t i = kShort; i < ids.size_bytes(); i += kLine) __builtin_prefetch(first + i);
}

/// Writes up to kStride - 1 entries past the end. @return the end
float* fill(float* out, std::int32_t count, float value) {
  for (std::int32_t i = 0; i < count; i += kStride) std::fill_n(out + i, kStride, value);
  return out + count;
}

/// The tensors of a record, in one piece of memory: making each by itself costs more than filling
/// it does.
class Memory {
 public:
  explicit Memory(std::size_t bytes)
      : whole_(recycled({static_cast<std::int64_t>(bytes)}, at::TensorOptions().dtype(at::kByte))) {
  }

  static std::size_t rounded(std::size_t bytes) { return (bytes + 63) / 64 * 64; }

  /// The next `count` numbers.
  template <class T>
  T* take(std::size_t count) {
    T* const at = reinterpret_cast<T*>(whole_.data_ptr<std::uint8_t>() + used_);
    used_ += rounded(count * sizeof(T));
    return at;
  }

  /// Of what was taken, as a tensor.
  template <class T>
  Tensor tensor(const T* begin, at::IntArrayRef shape) const {
    const at::Storage& storage = whole_.storage();
    Tensor made = at::detail::make_tensor<at::TensorImpl>(
        at::Storage(storage), at::DispatchKeySet(at::DispatchKey::CPU),
        caffe2::TypeMeta::fromScalarType(c10::CppTypeToScalarType<T>::value));
    made.unsafeGetTensorImpl()->set_storage_offset(begin - static_cast<const T*>(storage.data()));
    made.unsafeGetTensorImpl()->set_sizes_contiguous(shape);
    return made;
  }

 private:
  Tensor whole_;
  std::size_t used_ = 0;
};

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

}  // namespace

TextRecords::TextRecords(const TokenTable& table, TextWeights weights, std::int64_t rows,
                         at::ScalarType dtype, at::Device device, std::vector<float> frequencies)
    : ids_(table.ids),
      pairs_(table.pairs),
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

Record TextRecords::make(std::span<const Episode> episodes, std::int64_t classes,
                         Ids meaning) const {
  thread_local RowMarks marks_of_thread;
  thread_local std::vector<Place> texts_of_thread;
  thread_local std::vector<std::int32_t> entries_of_thread;
  RowMarks& marks = marks_of_thread;
  // The texts lie anywhere in the table: all that is read of them is asked for before the first is
  // waited for.
  const auto each = [&](auto visit) {
    for (const auto part : {&Episode::support, &Episode::query}) {
      for (const Episode& episode : episodes) {
        for (const std::int64_t index : episode.*part) visit(static_cast<std::size_t>(index));
      }
    }
  };
  each([&](std::size_t index) { __builtin_prefetch(&places_[index]); });
  const auto count = static_cast<std::int64_t>(episodes.size());
  const auto support = static_cast<std::size_t>(count * size_of_each(episodes, &Episode::support));
  const auto query = static_cast<std::size_t>(count * size_of_each(episodes, &Episode::query));
  texts_of_thread.resize(support + query);
  const std::span<Place> texts(texts_of_thread);
  Place* text = texts.data();
  std::size_t total = 0;
  each([&](std::size_t index) {
    *text = places_[index];
    total += static_cast<std::size_t>(text->size);
    fetch(ids(*text++));
  });

  // The support's entries, then the query's: so they stand in every array.
  const bool numbered = meaning == Ids::numbers;
  const std::size_t most_rows =
      numbered ? std::min(total, static_cast<std::size_t>(rows_)) + RowMarks::kSlack : 0;
  const std::size_t ids = numbered ? total : total + kStride;
  const std::size_t weights = numbered ? total + kStride : 0;
  const std::size_t frequencies = !numbered || frequencies_.empty() ? 0 : total;
  constexpr std::size_t kMarks = 4;
  const std::size_t marked = pairs_.empty() ? 0 : texts.size();
  Memory memory(Memory::rounded(ids * sizeof(std::int64_t)) +
                Memory::rounded(most_rows * sizeof(std::int64_t)) +
                4 * Memory::rounded((texts.size() + 2) * sizeof(std::int64_t)) +
                Memory::rounded(weights * sizeof(float)) +
                Memory::rounded(frequencies * sizeof(float)) +
                2 * Memory::rounded(marked * kMarks * sizeof(std::int64_t)));
  Entries made;
  made.ids = memory.take<std::int64_t>(ids);
  made.weights = memory.take<float>(weights);
  made.frequencies = memory.take<float>(frequencies);
  auto* const occurring = memory.take<std::int64_t>(most_rows);

  Record record;
  if (numbered) {
    std::vector<std::int32_t>& entries = entries_of_thread;
    if (entries.size() < total + kStride) entries.resize(total + kStride);
    copy(texts, entries.data());
    const std::span<const std::int32_t> rows(entries.data(), total);
    const std::int64_t occur = marks.number(rows, rows_, made.ids, occurring);
    record.rows = on_device(memory.tensor(occurring, {occur}));
    weigh(texts, rows, made);
  } else {
    copy(texts, made.ids);
  }
  record.classes = classes;
  const auto fill_part = [&](Batch& batch, Targets& targets, Texts part,
                             std::vector<std::int64_t> Episode::* places,
                             std::vector<std::int32_t> Episode::* of) {
    batch.episodes = count;
    batch.units = std::ssize(part) / count;
    auto* const offsets = memory.take<std::int64_t>(part.size() + 1);
    std::int64_t entry = 0;
    offsets[0] = 0;
    for (std::size_t i = 0; i < part.size(); ++i) {
      offsets[i + 1] = entry += part[i].size;
      batch.words.longest = std::max<std::int64_t>(batch.words.longest, part[i].size);
    }
    batch.words.offsets = on_device(memory.tensor(offsets, {std::ssize(part) + 1}));
    batch.words.ids = on_device(memory.tensor(made.ids, {entry}));
    made.ids += entry;
    if (weights > 0) {
      batch.words.weights = of_type(memory.tensor(made.weights, {entry}));
      made.weights += entry;
    }
    if (frequencies > 0) {
      batch.words.frequencies = of_type(memory.tensor(made.frequencies, {entry}));
      made.frequencies += entry;
    }
    if (marked > 0) {
      auto* const pairs = memory.take<std::int64_t>(part.size() * kMarks);
      std::int64_t* next = pairs;
      for (const Episode& episode : episodes) {
        for (const std::int64_t index : episode.*places) {
          const PairMarks& marks = pairs_[static_cast<std::size_t>(index)];
          for (const std::int32_t mark :
               {marks.head_begin, marks.head_end, marks.tail_begin, marks.tail_end}) {
            *next++ = mark;
          }
        }
      }
      batch.dense =
          on_device(memory.tensor(pairs, {count, batch.units, static_cast<std::int64_t>(kMarks)}));
    }
    auto* const numbers = memory.take<std::int64_t>(part.size());
    std::int64_t* next = numbers;
    for (const Episode& episode : episodes) next = std::ranges::copy(episode.*of, next).out;
    targets.classes = on_device(memory.tensor(numbers, {count, batch.units}));
  };
  fill_part(record.support, record.support_targets, texts.first(support), &Episode::support,
            &Episode::support_classes);
  fill_part(record.query, record.query_targets, texts.subspan(support), &Episode::query,
            &Episode::query_classes);
  return record;
}

template <class Id>
[[gnu::always_inline]] inline void TextRecords::copy_each(Texts texts, Id* out) const {
  const std::int32_t* const all = ids_.data();
  const std::size_t end = ids_.size();
  for (const Place& text : texts) {
    const auto begin = static_cast<std::size_t>(text.begin);
    const auto size = static_cast<std::size_t>(text.size);
    const std::int32_t* const from = all + begin;
    if (begin + size + kStride > end) {
      std::copy_n(from, size, out);
    } else {
      for (std::size_t i = 0; i < size; i += kStride) std::copy_n(from + i, kStride, out + i);
    }
    out += size;
  }
}

INKLING_CLONES void TextRecords::copy(Texts texts, std::int32_t* out) const {
  copy_each(texts, out);
}

INKLING_CLONES void TextRecords::copy(Texts texts, std::int64_t* out) const {
  copy_each(texts, out);
}

void TextRecords::weigh(Texts texts, std::span<const std::int32_t> rows, const Entries& to) const {
  float* next = to.weights;
  for (const Place& text : texts) {
    next = fill(next, text.words, text.of_words);
    next = fill(next, text.size - text.words, text.of_ngrams);
  }
  const auto of_rows = [&](const std::vector<float>& all, std::size_t entry) {
    return all[static_cast<std::size_t>(rows[entry])];
  };
  if (!weights_.rows.empty()) {
    for (std::size_t i = 0; i < rows.size(); ++i) to.weights[i] *= of_rows(weights_.rows, i);
  }
  if (!frequencies_.empty()) {
    for (std::size_t i = 0; i < rows.size(); ++i) to.frequencies[i] = of_rows(frequencies_, i);
  }
}

Tensor TextRecords::of_type(const Tensor& made) const {
  return on_device(dtype_ == at::kFloat ? made : made.to(dtype_));
}

}  // namespace inkling
