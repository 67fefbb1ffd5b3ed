// inkling data show: prints examples.
#include <algorithm>

#include "commands.h"
#include "inkling/base/strings.h"
#include "inkling/data/inline_text.h"
#include "inkling/data/structure.h"
#include "inkling/formats/named_data.h"

namespace inkling::cli {
namespace {

struct ShowOptions {
  std::string from;
  std::int64_t count = 5;
  std::int64_t skip = 0;
  std::string label;
  template <class Visitor>
  void fields(Visitor& field) {
    field("from", from, "file, folder or NAME:SPLIT of the catalogue; - for standard input");
    field("count", count, "examples to show", between(0, 1e9));
    field("skip", skip, "examples to pass over first", between(0, 1e12));
    field("label", label, "show those of this label alone");
  }
};

/// A span with the text that it covers, and where that stands in the example's: bytes.
nlohmann::json shown(const Example& example, const Span& span) {
  const TextRange range = range_of(example, span);
  return {{"label", span.label},
          {"text", covered_text(example, span)},
          {"begin", range.begin},
          {"end", range.end}};
}

nlohmann::json shown(const Example& example, const std::vector<Span>& spans) {
  nlohmann::json list = nlohmann::json::array();
  for (const Span& span : spans) list.push_back(shown(example, span));
  return list;
}

void add_structure(const Example& example, nlohmann::json& one) {
  if (!example.spans.empty()) one["spans"] = shown(example, example.spans);
  for (const Relation& relation : example.relations) {
    one["relations"].push_back({{"type", relation.type},
                                {"head", shown(example, relation.head)},
                                {"tail", shown(example, relation.tail)}});
  }
  for (const Frame& frame : example.frames) {
    const Span predicate{frame.predicate, frame.predicate + 1, frame.sense};
    one["frames"].push_back(
        {{"predicate", shown(example, predicate)}, {"arguments", shown(example, frame.arguments)}});
  }
  if (example.tokens.empty()) return;
  one["inline"] = inline_spans(example);
  one["lines"] = structure_lines(example);
}

nlohmann::json shown(const Example& example) {
  nlohmann::json one = {
      {"text", example.text}, {"file", example.origin.file}, {"line", example.origin.line}};
  if (example.label) one["label"] = *example.label;
  if (!example.soft_targets.empty()) one["soft_targets"] = example.soft_targets;
  if (!example.targets.empty()) one["targets"] = example.targets;
  if (!example.attributes.empty()) one["attributes"] = example.attributes;
  if (!example.metadata.empty()) one["metadata"] = example.metadata;
  if (!fault_of(example)) add_structure(example, one);
  return one;
}

nlohmann::json run_show(const Invocation& asked) {
  const auto& options = asked.options.as<ShowOptions>();
  require(options.from, "FROM", "give a file, a folder or NAME:SPLIT");
  const Dataset dataset = read_named(options.from, asked.config().format);
  const LabelSet labels = dataset.labels();
  if (!options.label.empty()) labels.id(options.label);
  std::vector<std::int64_t> counts(static_cast<std::size_t>(labels.size()));
  nlohmann::json examples = nlohmann::json::array();
  std::int64_t seen = 0;
  for (const Example& example : dataset.examples) {
    if (example.label) ++counts[static_cast<std::size_t>(labels.id(*example.label))];
    if (!options.label.empty() && example.label != options.label) continue;
    const std::int64_t place = seen++;
    if (place >= options.skip && place - options.skip < options.count) {
      examples.push_back(shown(example));
    }
  }
  nlohmann::json label_counts = nlohmann::json::array();
  for (std::int64_t i = 0; i < labels.size(); ++i) {
    label_counts.push_back(
        {{"label", labels[i].name}, {"count", counts[static_cast<std::size_t>(i)]}});
  }
  return {{"name", dataset.name},
          {"size", dataset.examples.size()},
          {"labels", label_counts},
          {"examples", examples}};
}

/// One line of at most about `longest` bytes.
std::string one_line(std::string text) {
  constexpr std::size_t kLongest = 300;
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  if (text.size() <= kLongest) return text;
  std::size_t end = kLongest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "...";
}

void print_show(const nlohmann::json& result, Output& out) {
  out << std::to_string(result["size"].get<std::int64_t>()) << " examples";
  constexpr std::size_t kListed = 12;
  const auto& labels = result["labels"];
  for (std::size_t i = 0; i < std::min(labels.size(), kListed); ++i) {
    out << (i == 0 ? ": " : ", ") << labels[i]["label"].get<std::string>() << " "
        << std::to_string(labels[i]["count"].get<std::int64_t>());
  }
  if (labels.size() > kListed) out << cat(" and ", labels.size() - kListed, " labels more");
  out << "\n";
  for (const auto& example : result["examples"]) {
    out << "\n" << example["file"].get<std::string>();
    if (example["line"].get<std::int64_t>() > 0) {
      out << ":" << std::to_string(example["line"].get<std::int64_t>());
    }
    if (example.contains("label")) out << "  label " << example["label"].get<std::string>();
    for (const char* kind : {"attributes", "metadata"}) {
      if (!example.contains(kind)) continue;
      for (const auto& [name, value] : example[kind].items()) {
        out << "  " << name << " " << value.get<std::string>();
      }
    }
    const char* text = example.contains("inline") ? "inline" : "text";
    out << "\n  " << one_line(example[text].get<std::string>()) << "\n";
    if (!example.contains("lines")) continue;
    for (const auto& line : example["lines"])
      out << "    " << one_line(line.get<std::string>()) << "\n";
  }
}

}  // namespace

Command data_show() {
  return {.name = "data show",
          .summary = "print examples and label counts",
          .sections = {"format"},
          .make_options = &PluginOptions::of<ShowOptions>,
          .positionals = {"from"},
          .run = &run_show,
          .print = &print_show};
}

}  // namespace inkling::cli
