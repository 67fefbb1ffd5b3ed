// Sentences as records whose units are words.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "inkling/tasks/task.h"
#include "inkling/tasks/text_records.h"

namespace inkling {

/// The classes of words where the labels are these: one a label, and kOutside, which is the first
/// where it is not among them.
struct TagClasses {
  std::int32_t outside = 0;
  std::vector<std::string> names;

  explicit TagClasses(std::span<const std::string> labels);
  std::int64_t size() const { return static_cast<std::int64_t>(names.size()); }
};

/// What Targets::values and EpisodeResult::begins say of a word.
enum WordMark : std::uint8_t {
  kNothing = 0,
  kBegins = 1,     ///< a span of the truth begins
  kPredicate = 2,  ///< it is the predicate, which was given and is in no span
};

/// Makes records of one episode: its words are sentences end to end, its units all their words,
/// whose classes are those of the spans that they are in. Targets::values [1, U, 1] has their
/// marks. Of sentences with a predicate Batch::dense, int64 [1, U, 1], is each word's distance to
/// it: 0 at it, negative before.
class TaggedRecords {
 public:
  /// @param spans       of each text of the table; more texts of the table have none
  /// @param predicates  whether one span of each text is its predicate (data/role_examples.h)
  /// @throws Error usage, where the vocabulary counts other words of a text than stand between
  ///         spaces, so that spans do not fit; internal, where a text has no predicate
  TaggedRecords(const TokenTable& table, const std::vector<std::vector<Span>>& spans,
                const SourceOptions& options, bool predicates = false);

  /// @param support, query  texts by number
  /// @param classes         what the spans' types are; a type that is none of them is outside
  Record make(std::span<const std::int64_t> support, std::span<const std::int64_t> query,
              const TagClasses& classes) const;

 private:
  void add_tags(std::span<const std::int64_t> texts, const TagClasses& classes, Batch& batch,
                Targets& targets) const;

  const TokenTable& table_;
  const std::vector<std::vector<Span>>& spans_;
  TextRecords records_;
  at::Device device_;
  bool predicates_;
};

/// The offsets of sentences and the marks of words, beside the scores of a record's query.
void add_sentences(const Record& record, EpisodeResult& result);

}  // namespace inkling
