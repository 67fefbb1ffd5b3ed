// inkling adapt: a model and a few labelled examples give a model that predicts their labels.
#include <algorithm>
#include <map>
#include <string_view>

#include "commands.h"
#include "inkling/api/engine.h"
#include "inkling/api/inkling.h"
#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/data/relation_examples.h"
#include "inkling/data/role_examples.h"
#include "inkling/data/span_examples.h"
#include "inkling/data/span_text.h"
#include "inkling/formats/named_data.h"
#include "table.h"

namespace inkling::cli {
namespace {

struct AdaptOptions {
  std::string model;
  std::string support;
  std::string out;
  template <class Visitor>
  void fields(Visitor& field) {
    field("model", model, "model directory that train wrote");
    field(
        "support", support,
        "the labelled examples: a file of any format, - for standard input; some may come without "
        "a label where the method takes those");
    field("out", out, "directory of the adapted model to write");
  }
};

/// One of each of what a sentence has under several labels, with the text that `text_of` marks.
Dataset each_once(Dataset examples, std::string (*text_of)(const Example&)) {
  Dataset made;
  for (Example& example : examples.examples) {
    example.text = text_of(example);
    example.label.reset();
    // Those of one sentence stand one after the other.
    const bool again = !made.examples.empty() && made.examples.back().text == example.text &&
                       made.examples.back().origin.line == example.origin.line;
    if (!again) made.examples.push_back(std::move(example));
  }
  return made;
}

/// Examples without labels of sentences as the model's task reads them, with their texts marked:
/// one a relation, one a predicate, or one a sentence of spans.
/// @param task  the model's options of [task]
Dataset with_texts_marked(Dataset dataset, const std::map<std::string, std::string>& task) {
  const auto has_label = [](const Example& example) { return example.label.has_value(); };
  const auto has_relation = [](const Example& example) { return !example.relations.empty(); };
  const auto has_span = [](const Example& example) { return !example.spans.empty(); };
  if (std::ranges::any_of(dataset.examples, has_label)) return dataset;
  const std::string& name = task.at("name");
  if (name == "semantic-roles") {
    return task.at("predicates") == "detect"
               ? each_once(span_examples(predicate_spans(dataset)), span_text_of)
               : each_once(role_examples(dataset), role_text_of);
  }
  if (name == "relations" && std::ranges::any_of(dataset.examples, has_relation)) {
    Dataset pairs = relation_examples(dataset);
    for (Example& example : pairs.examples) example.text = pair_text_of(example);
    return pairs;
  }
  if (name == "entities" && std::ranges::any_of(dataset.examples, has_span)) {
    return each_once(span_examples(dataset), span_text_of);
  }
  return dataset;
}

std::vector<Labelled> labelled(const Dataset& dataset) {
  std::vector<Labelled> support;
  std::map<std::string_view, const Example*> seen;
  for (const Example& example : dataset.examples) {
    if (!example.label) {
      support.push_back({example.text, ""});
      continue;
    }
    const auto [found, is_new] = seen.emplace(example.text, &example);
    if (!is_new && *found->second->label != *example.label) {
      throw Error(ErrorKind::data,
                  cat("a text has the label '", *example.label, "' here and '",
                      *found->second->label, "' in line ", found->second->origin.line),
                  {.file = example.origin.file, .line = example.origin.line, .field = "label"},
                  "keep the right one");
    }
    support.push_back({example.text, *example.label});
  }
  return support;
}

/// The model adapted to the examples of `dataset`, whose errors say file and line.
Predictor adapted(const Model& model, const std::vector<Labelled>& support, const Dataset& dataset,
                  const std::string& file) {
  try {
    return model.adapt(support);
  } catch (const Error& error) {
    Where where = error.where();
    if (!where.file.empty()) throw;
    where.file = file;
    if (where.line > 0) {
      const Origin& origin = dataset.examples.at(static_cast<std::size_t>(where.line) - 1).origin;
      where.file = origin.file;
      where.line = origin.line;
    }
    throw Error(error.kind(), error.message(), where, error.hint());
  }
}

nlohmann::json run_adapt(const Invocation& asked) {
  const auto& options = asked.options.as<AdaptOptions>();
  require(options.model, "--model", "give the model directory that train wrote");
  require(options.support, "--support", "give a file of labelled examples");
  require(options.out, "--out", "give the directory to write");
  const ConfigValues config = engine().config_of(options.model);
  const Dataset dataset =
      with_texts_marked(read_named(options.support, asked.config().format), config.at("task"));
  const std::vector<Labelled> support = labelled(dataset);
  const Predictor predictor =
      adapted(Model::load(options.model), support, dataset, options.support);
  predictor.save(options.out);
  std::map<std::string, int> counts;
  // A support without any label is one of sentences that mark spans.
  const bool sentences =
      std::ranges::all_of(support, [](const Labelled& example) { return example.label.empty(); });
  int unlabelled = 0;
  for (const Labelled& example : support) {
    if (!sentences) {
      ++(example.label.empty() ? unlabelled : counts[example.label]);
      continue;
    }
    for (const Span& span : read_span_text(example.text).spans) ++counts[span.label];
  }
  nlohmann::json classes = nlohmann::json::array();
  for (const std::string& label : predictor.labels()) {
    if (sentences && label == kOutside) continue;
    classes.push_back({{"label", label}, {"support", counts[label]}});
  }
  nlohmann::json result = {
      {"model", options.out}, {"support", support.size()}, {"classes", classes}};
  if (unlabelled > 0) result["unlabelled"] = unlabelled;
  return result;
}

void print_adapt(const nlohmann::json& result, Output& out) {
  out << result["model"].get<std::string>() << " learned from "
      << std::to_string(result["support"].get<int>()) << " examples";
  if (result.contains("unlabelled")) {
    out << ", " << std::to_string(result["unlabelled"].get<int>()) << " of them without a label";
  }
  out << "\n\n";
  Table table({"class", ">examples"});
  for (const auto& one : result["classes"]) {
    table.row({one["label"].get<std::string>(), std::to_string(one["support"].get<int>())});
  }
  table.print(out);
}

}  // namespace

Command adapt() {
  return {.name = "adapt",
          .summary = "learn a task from a few labelled examples: model + examples -> adapted model",
          .sections = {"format"},
          .make_options = &PluginOptions::of<AdaptOptions>,
          .positionals = {},
          .run = &run_adapt,
          .print = &print_adapt};
}

}  // namespace inkling::cli
