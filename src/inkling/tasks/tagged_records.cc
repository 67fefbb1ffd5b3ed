#include "inkling/tasks/tagged_records.h"

#include <algorithm>
#include <unordered_map>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/data/role_examples.h"
#include "inkling/data/span_text.h"

namespace inkling {

TagClasses::TagClasses(std::span<const std::string> labels) : names(labels.begin(), labels.end()) {
  const auto found = std::ranges::find(names, kOutside);
  if (found == names.end()) {
    names.insert(names.begin(), kOutside);
  } else {
    outside = static_cast<std::int32_t>(found - names.begin());
  }
}

TaggedRecords::TaggedRecords(const TokenTable& table, const std::vector<std::vector<Span>>& spans,
                             const SourceOptions& options, bool predicates)
    : table_(table),
      spans_(spans),
      records_(table, {}, options.rows, options.dtype, options.device, options.frequencies),
      device_(options.device),
      predicates_(predicates) {
  for (std::size_t i = 0; i < spans.size(); ++i) {
    if (predicates && predicate_of(spans[i]) == nullptr) {
      throw Error(ErrorKind::internal, cat("sentence ", i + 1, " has no predicate"));
    }
    if (spans[i].empty() || spans[i].back().end <= std::ssize(table[static_cast<std::int64_t>(i)]))
      continue;
    throw Error(ErrorKind::usage,
                cat("sentence ", i + 1, " is read to its word ",
                    table[static_cast<std::int64_t>(i)].size(), ", and has a span behind"),
                {"", 0, "max-words-per-text"}, "read more words of a text, and keep --punctuation");
  }
}

Record TaggedRecords::make(std::span<const std::int64_t> support,
                           std::span<const std::int64_t> query, const TagClasses& classes) const {
  Episode episode;
  episode.support.assign(support.begin(), support.end());
  episode.query.assign(query.begin(), query.end());
  episode.support_classes.assign(support.size(), 0);
  episode.query_classes.assign(query.size(), 0);
  Record record = records_.make(std::span(&episode, 1), classes.size());
  add_tags(support, classes, record.support, record.support_targets);
  add_tags(query, classes, record.query, record.query_targets);
  return record;
}

void TaggedRecords::add_tags(std::span<const std::int64_t> texts, const TagClasses& classes,
                             Batch& batch, Targets& targets) const {
  std::unordered_map<std::string_view, std::int32_t> class_of;
  for (std::size_t c = 0; c < classes.names.size(); ++c) {
    class_of.emplace(classes.names[c], static_cast<std::int32_t>(c));
  }
  batch.units = batch.words.ids.size(0);
  batch.words.weights = at::ones_like(batch.words.weights);
  std::vector<std::int64_t> tags(static_cast<std::size_t>(batch.units), classes.outside);
  std::vector<double> marks(tags.size(), kNothing);
  std::vector<std::int64_t> distances;
  std::size_t first = 0;
  for (const std::int64_t text : texts) {
    const auto at = static_cast<std::size_t>(text);
    if (at < spans_.size()) {
      for (const Span& span : spans_[at]) {
        const auto found = class_of.find(span.label);
        if (found == class_of.end()) continue;
        const std::size_t begin = first + static_cast<std::size_t>(span.begin);
        std::fill_n(tags.begin() + static_cast<std::ptrdiff_t>(begin), span.end - span.begin,
                    found->second);
        marks[begin] = kBegins;
      }
    }
    if (predicates_) {
      const Span& predicate = *predicate_of(spans_[at]);
      for (std::int64_t word = 0; word < std::ssize(table_[text]); ++word) {
        const std::int64_t distance = std::min<std::int64_t>(word - predicate.begin, 0) +
                                      std::max<std::int64_t>(word - predicate.end + 1, 0);
        if (distance == 0) marks[first + static_cast<std::size_t>(word)] = kPredicate;
        distances.push_back(distance);
      }
    }
    first += table_[text].size();
  }
  if (predicates_) batch.dense = tensor_of(distances).reshape({1, batch.units, 1}).to(device_);
  targets.classes = tensor_of(tags).reshape({1, batch.units}).to(device_);
  targets.values = tensor_of(marks).reshape({1, batch.units, 1}).to(device_);
}

void add_sentences(const Record& record, EpisodeResult& result) {
  const Tensor offsets = record.query.words.offsets.to(at::kCPU).contiguous();
  const auto* from = offsets.const_data_ptr<std::int64_t>();
  result.offsets.assign(from, from + offsets.numel());
  const Tensor marks = record.query_targets.values.to(at::kCPU, at::kDouble).flatten().contiguous();
  const auto* mark = marks.const_data_ptr<double>();
  for (std::int64_t i = 0; i < marks.numel(); ++i) {
    result.begins.push_back(static_cast<std::uint8_t>(mark[i]));
  }
}

}  // namespace inkling
