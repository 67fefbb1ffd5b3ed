// What is wrong with data before anything is trained on it: duplicates, leaks, contradictions.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "inkling/base/error.h"
#include "inkling/data/dataset.h"

namespace inkling {

/// note: worth knowing; warning: the numbers may mislead; error: they will.
enum class Severity { note, warning, error };

/// "note", "warning" or "error".
const char* to_string(Severity severity);

/// The kinds of findings. `encoding` and `broken-tags` are for faults that readers throw:
/// encoding_finding.
namespace finding {
constexpr const char* kEncoding = "encoding";       ///< error: a file is not what it should be
constexpr const char* kEmptySplit = "empty-split";  ///< error: no examples
constexpr const char* kEmptyText = "empty-text";    ///< error: nothing visible
constexpr const char* kDuplicateWithin =
    "duplicate-within";  ///< warning: a text again in its split
constexpr const char* kDuplicateAcross =
    "duplicate-across";  ///< warning: a text of an earlier split, once a text
constexpr const char* kTwoLabels =
    "two-labels";                               ///< warning: a text under another label than before
constexpr const char* kNoLabel = "no-label";    ///< warning: unlabelled where others are labelled
constexpr const char* kOneClass = "one-class";  ///< warning: all of a split has one label
constexpr const char* kNewLabel = "new-label";  ///< warning: a label that the first split lacks
constexpr const char* kLabelLeak =
    "label-leak";  ///< error: two splits share a label, asked to be disjoint
constexpr const char* kGroupLeak =
    "group-leak";  ///< error: two splits share a group, asked to be disjoint
constexpr const char* kLongText = "long-text";  ///< note: longer than ValidateOptions::long_text
constexpr const char* kBrokenTags = "broken-tags";  ///< error: a tag out of its scheme or sequence
// Those of tokens, spans, relations and frames are in data/validate_structure.h.
}  // namespace finding

struct Finding {
  std::string kind;
  Severity severity = Severity::note;
  std::string message;
  std::string split;
  Origin where;        ///< of the example; of a split, of its first example
  Origin counterpart;  ///< the example that it repeats or contradicts; file "" where there is none
};

/// Which splits must have nothing in common.
enum class Disjoint { nothing, label, group };

struct ValidateOptions {
  Disjoint disjoint = Disjoint::nothing;
  std::string group;  ///< attribute that names an example's group; for Disjoint::group
  std::int64_t long_text = 100000;  ///< bytes
};

/// A named part of the data: train, test, or a file.
struct Split {
  std::string name;
  Dataset dataset;
};

/// What a split holds.
struct SplitSummary {
  std::string name;
  std::int64_t examples = 0;
  std::int64_t unlabelled = 0;
  std::vector<std::pair<std::string, std::int64_t>> labels;     ///< ordered as Dataset::labels()
  std::vector<std::pair<std::string, std::int64_t>> spans;      ///< by label, ordered likewise
  std::vector<std::pair<std::string, std::int64_t>> relations;  ///< by type
  std::int64_t frames = 0;
};

struct ValidationReport {
  std::vector<SplitSummary> splits;
  std::vector<Finding> findings;  ///< by split, and in a split by example

  std::int64_t count(std::string_view kind) const;
  std::int64_t count(Severity severity) const;
};

/// Examines splits in their order. Texts are compared as bytes; one with one relation is
/// another where its head and tail are.
/// @throws Error data with the example's place where a group is asked for and it has none
ValidationReport validate(std::span<const Split> splits, const ValidateOptions& options);

/// The finding of an Error of kind data that reading `split` gave.
Finding encoding_finding(const std::string& split, const Error& error);

/// {"splits": [{"name", "examples", "unlabelled", "labels": [{"label", "count"}],
/// where there are any "spans": [{"label", "count"}], "relations": [...], "frames"}], "counts":
/// {kind: count}, "errors", "warnings", "notes", "findings": [{"kind", "severity", "split",
/// "message", "where": {"file", "line"}, "counterpart": {"file", "line"} or null}]}
nlohmann::ordered_json to_json(const ValidationReport& report);

/// For people: a line a finding, "file:line: warning: message (file:line) [kind]", at most `most`
/// of each kind and then how many more; after them what each split holds.
std::vector<std::string> to_lines(const ValidationReport& report, std::int64_t most = 20);

}  // namespace inkling
