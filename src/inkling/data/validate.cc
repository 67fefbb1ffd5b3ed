#include "inkling/data/validate.h"

#include <algorithm>
#include <deque>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "inkling/base/strings.h"
#include "inkling/data/validate_structure.h"
#include "inkling/text/tokenizer.h"

namespace inkling {
namespace {

/// Collects findings; they are put in order at the end.
class Examination {
 public:
  Examination(std::span<const Split> splits, const ValidateOptions& options)
      : splits_(splits), options_(options) {}

  ValidationReport run() {
    for (at_split_ = 0; at_split_ < splits_.size(); ++at_split_) {
      summarise();
      examine_texts();
      if (options_.disjoint != Disjoint::nothing) examine_leaks();
    }
    std::stable_sort(found_.begin(), found_.end(), [](const Placed& a, const Placed& b) {
      return std::tie(a.split, a.example) < std::tie(b.split, b.example);
    });
    for (Placed& placed : found_) report_.findings.push_back(std::move(placed.finding));
    return std::move(report_);
  }

 private:
  struct Placed {
    std::size_t split = 0;
    std::size_t example = 0;
    Finding finding;
  };
  /// Where something was first seen.
  struct Seen {
    std::size_t split = 0;
    const Example* example = nullptr;
  };

  const Split& split() const { return splits_[at_split_]; }
  const std::vector<Example>& examples() const { return split().dataset.examples; }

  void add(const char* kind, Severity severity, std::size_t example, std::string message,
           const Example* counterpart = nullptr) {
    const bool of_example = example < examples().size();
    found_.push_back({at_split_,
                      example,
                      {.kind = kind,
                       .severity = severity,
                       .message = std::move(message),
                       .split = split().name,
                       .where = of_example ? examples()[example].origin : Origin{},
                       .counterpart = counterpart != nullptr ? counterpart->origin : Origin{}}});
  }

  void summarise() {
    SplitSummary summary;
    summary.name = split().name;
    summary.examples = static_cast<std::int64_t>(examples().size());
    count_structure(summary);
    std::map<std::string, std::int64_t> counts;
    std::map<std::string, std::size_t> first;
    for (std::size_t i = 0; i < examples().size(); ++i) {
      if (examples()[i].label) {
        ++counts[*examples()[i].label];
        first.emplace(*examples()[i].label, i);
      } else {
        ++summary.unlabelled;
      }
    }
    std::vector<std::string> names;
    for (const auto& [name, count] : counts) names.push_back(name);
    order_names(names);
    for (const std::string& name : names) summary.labels.emplace_back(name, counts.at(name));

    if (examples().empty()) add(finding::kEmptySplit, Severity::error, 0, "no examples");
    if (names.size() == 1)
      add(finding::kOneClass, Severity::warning, 0, cat("every label is '", names[0], "'"));
    if (at_split_ > 0 && !report_.splits[0].labels.empty() && options_.disjoint != Disjoint::label)
      find_new_labels(names, first);
    report_.splits.push_back(std::move(summary));
  }

  /// Counts spans and relations by what they are called, and frames.
  void count_structure(SplitSummary& summary) const {
    std::map<std::string, std::int64_t> spans;
    std::map<std::string, std::int64_t> relations;
    for (const Example& example : examples()) {
      for (const Span& span : example.spans) ++spans[span.label];
      for (const Relation& relation : example.relations) ++relations[relation.type];
      summary.frames += std::ssize(example.frames);
    }
    summary.spans.assign(spans.begin(), spans.end());
    summary.relations.assign(relations.begin(), relations.end());
  }

  void find_new_labels(const std::vector<std::string>& names,
                       const std::map<std::string, std::size_t>& first) {
    const SplitSummary& training = report_.splits[0];
    for (const std::string& name : names) {
      const bool known = std::any_of(training.labels.begin(), training.labels.end(),
                                     [&](const auto& label) { return label.first == name; });
      if (!known)
        add(finding::kNewLabel, Severity::warning, first.at(name),
            cat("label '", name, "' is not in ", training.name));
    }
  }

  void examine_texts() {
    TextOptions one_word;
    one_word.max_words_per_text = 1;
    const bool labelled = !report_.splits.back().labels.empty();
    for (std::size_t i = 0; i < examples().size(); ++i) {
      const Example& example = examples()[i];
      if (labelled && !example.label)
        add(finding::kNoLabel, Severity::warning, i, "no label, where other examples have one");
      if (static_cast<std::int64_t>(example.text.size()) > options_.long_text)
        add(finding::kLongText, Severity::note, i,
            cat("a text of ", example.text.size(), " bytes"));
      if (words_of(example.text, one_word).empty()) {
        add(finding::kEmptyText, Severity::error, i, "the text is empty");
        continue;
      }
      for (StructureFault& fault : structure_.faults_of(example))
        add(fault.kind, fault.severity, i, std::move(fault.message));
      const std::string_view identity = identity_of(example);
      find_duplicate(i, identity);
      find_contradiction(i, identity);
    }
  }

  /// What two examples are the same by: the text, and where there is one relation in it, the places
  /// of its head and tail.
  std::string_view identity_of(const Example& example) {
    if (example.relations.size() != 1) return example.text;
    const Relation& relation = example.relations.front();
    identities_.push_back(cat(example.text, '\n', relation.head.begin, ' ', relation.head.end, ' ',
                              relation.tail.begin, ' ', relation.tail.end));
    return identities_.back();
  }

  /// The label; else the type of the one relation, or null.
  static const std::string* answer_of(const Example& example) {
    if (example.label) return &*example.label;
    const bool one = example.relations.size() == 1 && !example.relations.front().type.empty();
    return one ? &example.relations.front().type : nullptr;
  }

  void find_duplicate(std::size_t i, std::string_view identity) {
    const Example& example = examples()[i];
    const auto [found, is_new] = texts_.try_emplace(identity, Seen{at_split_, &example});
    if (is_new) return;
    Seen& seen = found->second;
    if (seen.split == at_split_) {
      add(finding::kDuplicateWithin, Severity::warning, i, "the same text as before", seen.example);
      return;
    }
    add(finding::kDuplicateAcross, Severity::warning, i,
        cat("a text of ", splits_[seen.split].name, " stands in ", split().name, " too"),
        seen.example);
    // Once a text: its next copies in this split are duplicates within.
    seen = {at_split_, &example};
  }

  void find_contradiction(std::size_t i, std::string_view identity) {
    const Example& example = examples()[i];
    const std::string* answer = answer_of(example);
    if (answer == nullptr) return;
    const auto [found, is_new] = labels_of_.try_emplace(identity);
    auto& labels = found->second;
    const bool known = std::any_of(labels.begin(), labels.end(), [&](const Example* other) {
      return *answer_of(*other) == *answer;
    });
    if (known) return;
    if (!is_new)
      add(finding::kTwoLabels, Severity::warning, i,
          cat("labelled '", *answer, "' here, and '", *answer_of(*labels[0]), "' before"),
          labels[0]);
    labels.push_back(&example);
  }

  void examine_leaks() {
    const bool by_label = options_.disjoint == Disjoint::label;
    std::set<std::string_view> here;
    for (std::size_t i = 0; i < examples().size(); ++i) {
      const Example& example = examples()[i];
      if (by_label && !example.label) continue;
      const std::string& name = by_label ? *example.label : group_of(example, options_.group);
      if (!here.insert(name).second) continue;
      const auto [found, is_new] = owners_.try_emplace(name, Seen{at_split_, &example});
      if (is_new) continue;
      add(by_label ? finding::kLabelLeak : finding::kGroupLeak, Severity::error, i,
          cat(by_label ? "label" : options_.group, " '", name, "' stands in ",
              splits_[found->second.split].name, " too"),
          found->second.example);
    }
  }

  std::span<const Split> splits_;
  const ValidateOptions& options_;
  std::size_t at_split_ = 0;
  ValidationReport report_;
  std::vector<Placed> found_;
  StructureCheck structure_;
  std::deque<std::string> identities_;  ///< those that are no example's text; addresses are stable
  std::unordered_map<std::string_view, Seen> texts_;
  std::unordered_map<std::string_view, std::vector<const Example*>> labels_of_;
  std::unordered_map<std::string_view, Seen> owners_;
};

nlohmann::ordered_json to_json(const Origin& origin) {
  if (origin.file.empty() && origin.line == 0) return nullptr;
  nlohmann::ordered_json json{{"file", origin.file}};
  json["line"] = origin.line > 0 ? nlohmann::ordered_json(origin.line) : nullptr;
  return json;
}

nlohmann::ordered_json to_json(const std::vector<std::pair<std::string, std::int64_t>>& counts) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const auto& [name, count] : counts) list.push_back({{"label", name}, {"count", count}});
  return list;
}

std::string place(const Origin& origin) {
  return to_string(Where{origin.file, origin.line, {}});
}

std::string line_of(const Finding& finding) {
  const std::string where = place(finding.where);
  const std::string counterpart = place(finding.counterpart);
  return cat(where.empty() ? finding.split : where, ": ", to_string(finding.severity), ": ",
             finding.message, counterpart.empty() ? "" : cat(" (", counterpart, ")"), " [",
             finding.kind, "]");
}

using Counts = std::vector<std::pair<std::string, std::int64_t>>;

/// "a 3, b 2 and 4 more"
std::string listed(const Counts& counts) {
  constexpr std::size_t kListed = 20;
  std::string line;
  for (std::size_t i = 0; i < std::min(counts.size(), kListed); ++i)
    line += cat(i > 0 ? ", " : "", counts[i].first, " ", counts[i].second);
  if (counts.size() > kListed) line += cat(" and ", counts.size() - kListed, " more");
  return line;
}

std::int64_t sum_of(const Counts& counts) {
  std::int64_t sum = 0;
  for (const auto& [name, count] : counts) sum += count;
  return sum;
}

std::string line_of(const SplitSummary& split) {
  std::string line = cat(split.name, ": ", split.examples, " examples");
  const bool structured = !split.spans.empty() || !split.relations.empty() || split.frames > 0;
  if (split.unlabelled > 0 && (!structured || !split.labels.empty()))
    line += cat(", ", split.unlabelled, " unlabelled");
  if (!split.labels.empty()) {
    line += cat(", ", split.labels.size(),
                split.labels.size() == 1 ? " label: " : " labels: ", listed(split.labels));
  }
  if (!split.spans.empty()) line += cat(", ", sum_of(split.spans), " spans: ", listed(split.spans));
  if (split.relations != split.labels && !split.relations.empty())
    line += cat(", ", sum_of(split.relations), " relations: ", listed(split.relations));
  if (split.frames > 0) line += cat(", ", split.frames, " frames");
  return line;
}

std::map<std::string, std::int64_t> counts_of(const ValidationReport& report) {
  std::map<std::string, std::int64_t> counts;
  for (const Finding& finding : report.findings) ++counts[finding.kind];
  return counts;
}

}  // namespace

const char* to_string(Severity severity) {
  switch (severity) {
    case Severity::note:
      return "note";
    case Severity::warning:
      return "warning";
    case Severity::error:
      break;
  }
  return "error";
}

std::int64_t ValidationReport::count(std::string_view kind) const {
  return std::count_if(findings.begin(), findings.end(),
                       [&](const Finding& finding) { return finding.kind == kind; });
}

std::int64_t ValidationReport::count(Severity severity) const {
  return std::count_if(findings.begin(), findings.end(),
                       [&](const Finding& finding) { return finding.severity == severity; });
}

ValidationReport validate(std::span<const Split> splits, const ValidateOptions& options) {
  return Examination(splits, options).run();
}

Finding encoding_finding(const std::string& split, const Error& error) {
  std::string message = error.message();
  if (!error.where().field.empty()) message = cat(error.where().field, ": ", message);
  return {.kind = error.where().field == "tag" ? finding::kBrokenTags : finding::kEncoding,
          .severity = Severity::error,
          .message = std::move(message),
          .split = split,
          .where = {error.where().file, error.where().line},
          .counterpart = {}};
}

nlohmann::ordered_json to_json(const ValidationReport& report) {
  nlohmann::ordered_json json;
  json["splits"] = nlohmann::ordered_json::array();
  for (const SplitSummary& split : report.splits) {
    nlohmann::ordered_json one = {{"name", split.name},
                                  {"examples", split.examples},
                                  {"unlabelled", split.unlabelled},
                                  {"labels", to_json(split.labels)}};
    if (!split.spans.empty()) one["spans"] = to_json(split.spans);
    if (!split.relations.empty()) one["relations"] = to_json(split.relations);
    if (split.frames > 0) one["frames"] = split.frames;
    json["splits"].push_back(std::move(one));
  }
  json["counts"] = counts_of(report);
  json["errors"] = report.count(Severity::error);
  json["warnings"] = report.count(Severity::warning);
  json["notes"] = report.count(Severity::note);
  json["findings"] = nlohmann::ordered_json::array();
  for (const Finding& finding : report.findings) {
    json["findings"].push_back({{"kind", finding.kind},
                                {"severity", to_string(finding.severity)},
                                {"split", finding.split},
                                {"message", finding.message},
                                {"where", to_json(finding.where)},
                                {"counterpart", to_json(finding.counterpart)}});
  }
  return json;
}

std::vector<std::string> to_lines(const ValidationReport& report, std::int64_t most) {
  std::vector<std::string> lines;
  std::map<std::string, std::int64_t> shown;
  for (const Finding& finding : report.findings) {
    if (shown[finding.kind]++ < most) lines.push_back(line_of(finding));
  }
  for (const auto& [kind, count] : shown) {
    if (count > most) lines.push_back(cat("and ", count - most, " more [", kind, "]"));
  }
  for (const SplitSummary& split : report.splits) lines.push_back(line_of(split));
  return lines;
}

}  // namespace inkling
