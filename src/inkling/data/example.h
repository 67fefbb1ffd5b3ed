// One record for every task: formats fill it, the rest reads it without knowing the task.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace inkling {

/// A range of bytes [begin, end) of Example::text.
struct TextRange {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  bool operator==(const TextRange&) const = default;
};

/// A labelled range of tokens [begin, end): an entity, an argument.
struct Span {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::string label;
  bool operator==(const Span&) const = default;
};

/// Two spans and how the first stands to the second.
struct Relation {
  Span head;
  Span tail;
  std::string type;
  bool operator==(const Relation&) const = default;
};

/// A predicate and its arguments (PropBank).
struct Frame {
  std::int64_t predicate = 0;  ///< token index
  std::string sense;
  std::vector<Span> arguments;
  bool operator==(const Frame&) const = default;
};

/// Where an example was read: its file and line (from 1).
struct Origin {
  std::string file;
  std::int64_t line = 0;
};

struct Example {
  std::string text;                            ///< UTF-8
  std::optional<std::string> label;            ///< by name; absent where unlabelled
  std::map<std::string, double> soft_targets;  ///< label -> probability
  double weight = 1;
  std::vector<TextRange> tokens;
  std::vector<Span> spans;
  std::vector<Relation> relations;
  std::vector<Frame> frames;
  std::map<std::string, std::vector<std::string>>
      token_columns;                              ///< "pos", "lemma", ... one value a token
  std::vector<std::string> targets;               ///< target texts (translation, summary)
  std::map<std::string, std::string> attributes;  ///< may serve as group: domain, threshold, ...
  std::map<std::string, std::string> metadata;    ///< preserved, not interpreted (id, stars, ...)
  Origin origin;                                  ///< not part of the value

  /// Equal as values: where they were read does not count.
  friend bool operator==(const Example& a, const Example& b) {
    return a.text == b.text && a.label == b.label && a.soft_targets == b.soft_targets &&
           a.weight == b.weight && a.tokens == b.tokens && a.spans == b.spans &&
           a.relations == b.relations && a.frames == b.frames &&
           a.token_columns == b.token_columns && a.targets == b.targets &&
           a.attributes == b.attributes && a.metadata == b.metadata;
  }
};

}  // namespace inkling
