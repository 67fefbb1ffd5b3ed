// The targets file: what a teacher says of texts, for people to read and correct.
//
//   {"inkling-targets": 1, "labels": ["neg", "pos"], "teacher": "9f2c...", "texts": "41ab..."}
//   {"id": 0, "label": "pos", "probabilities": {"neg": 0.03, "pos": 0.97}, "confidence": 0.97,
//    "text": "..."}
//
// JSON lines: the first is the header. A person corrects a line by adding "corrected": "neg".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inkling/formats/json.h"
#include "inkling/formats/lines.h"

namespace inkling {

constexpr std::int64_t kTargetsFormat = 1;

struct TargetsHeader {
  std::vector<std::string> labels;  ///< two or more, different
  std::string teacher;              ///< names it: a hash
  std::string texts;                ///< the same of what was labelled

  bool operator==(const TargetsHeader&) const = default;
};

/// A text and what is said of it.
struct Target {
  std::int64_t id = 0;                    ///< rising from line to line
  std::optional<std::int64_t> label;      ///< the data's own, as a place in TargetsHeader::labels
  std::optional<std::int64_t> corrected;  ///< a person's
  std::vector<double> probabilities;      ///< of the labels, in their order; they sum to one
  double confidence = 0;                  ///< in [0, 1]; the highest probability unless told
  std::string text;
};

/// With the line break.
std::string line_of(const TargetsHeader& header);
std::string line_of(const Target& target, const std::vector<std::string>& labels);

/// Walks over the lines of a targets file.
class TargetsReader {
 public:
  /// Reads the header.
  /// @throws Error data with file and line: an empty file, no header, a version that is not known
  TargetsReader(const Source& source, const FormatOptions& options);

  const TargetsHeader& header() const { return header_; }
  /// The line of the last target.
  Where where(std::string field = {}) const { return lines_.where(std::move(field)); }

  /// False after the last. A sum that is off by rounding is mended.
  /// @throws Error data with file, line and key: no JSON, an unknown key or label (naming the
  /// nearest), probabilities that are missing, below 0, or do not sum to one, an id that does not
  /// rise
  bool next(Target& target);

 private:
  std::int64_t place_of(simdjson::dom::element label, const std::string& key) const;
  void read_probabilities(simdjson::dom::element value, Target& target) const;

  LineScanner lines_;
  JsonParser parser_;
  TargetsHeader header_;
  std::int64_t last_id_ = -1;
};

/// How far a file that is being written has come.
struct TargetsProgress {
  std::uint64_t bytes = 0;   ///< of its whole lines
  std::int64_t next_id = 0;  ///< of the text after its last
  std::int64_t lines = 0;    ///< targets that it has
  TargetsHeader header = {};
};

/// Of a file whose last line may be torn. Nothing where not even the header is whole.
/// @throws Error data, where its last whole line is no target
std::optional<TargetsProgress> progress_of(const Source& source, const FormatOptions& options);

}  // namespace inkling
