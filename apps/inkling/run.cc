// inkling run: trains and evaluates what an experiment file says, and compares with the published
// numbers.
#include <algorithm>
#include <set>

#include "commands.h"
#include "inkling/api/engine.h"
#include "inkling/base/error.h"
#include "inkling/base/file.h"
#include "inkling/base/strings.h"
#include "inkling/metrics/results_page.h"
#include "report.h"

namespace inkling::cli {
namespace {

struct RunOptions {
  std::string file;
  std::vector<std::string> seeds;
  std::vector<std::string> setting;
  std::string results;
  std::string keep;
  template <class Visitor>
  void fields(Visitor& field) {
    field("file", file, "experiment file, as experiments/NAME.toml");
    field("seeds", seeds, "seeds in place of the file's");
    field("setting", setting, "run these settings alone, and those that they are compared with");
    field("results", results, "page to write the results into, as docs/results.md");
    field("keep", keep,
          "file that keeps each figure as soon as it is measured: the same command goes on from it "
          "after an interruption; delete it where data or the program have changed");
  }
};

std::vector<std::int64_t> seeds_of(const std::vector<std::string>& texts) {
  std::vector<std::int64_t> seeds(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    set_field({"--seeds", &seeds[i], {}, between(0, 9e15)}, texts[i]);
  }
  return seeds;
}

/// The settings named, those that they are compared with, and those that these are made of.
std::vector<Setting> chosen(const Experiment& experiment, const std::vector<std::string>& names) {
  std::vector<std::string> known;
  for (const Setting& setting : experiment.settings) known.push_back(setting.name);
  std::set<std::string> wanted;
  for (const std::string& name : names) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      throw Error(ErrorKind::usage, cat("there is no setting '", name, "'"),
                  {.file = experiment.file.string(), .line = 0, .field = "--setting"},
                  known_names_hint(name, known));
    }
    wanted.insert(name);
  }
  for (const Setting& setting : experiment.settings) {
    if (std::find(names.begin(), names.end(), setting.name) == names.end()) continue;
    if (setting.must) wanted.insert(setting.must->versus);
    if (setting.aim) wanted.insert(setting.aim->versus);
  }
  for (std::size_t i = experiment.settings.size(); i-- > 0;) {
    const Setting& setting = experiment.settings[i];
    if (!wanted.contains(setting.name)) continue;
    wanted.insert(setting.mean_of.begin(), setting.mean_of.end());
    wanted.insert(setting.worst_of.begin(), setting.worst_of.end());
    wanted.insert(setting.difference_of.begin(), setting.difference_of.end());
  }
  std::vector<Setting> settings;
  for (const Setting& setting : experiment.settings) {
    if (wanted.contains(setting.name)) settings.push_back(setting);
  }
  return settings;
}

nlohmann::json run_experiment(const Invocation& asked) {
  const auto& options = asked.options.as<RunOptions>();
  require(options.file, "FILE", "give an experiment file, as experiments/vader-amazon.toml");
  Experiment experiment = read_experiment(options.file);
  if (!options.seeds.empty()) experiment.seeds = seeds_of(options.seeds);
  if (!options.setting.empty()) experiment.settings = chosen(experiment, options.setting);
  experiment.config["train"]["threads"] =
      std::to_string(asked.config(experiment.config).train.threads);
  nlohmann::json document = engine().run(experiment, options.keep);
  if (!options.results.empty()) {
    const bool there = std::filesystem::exists(options.results);
    write_file(options.results, updated_results_page(there ? read_file(options.results) : "",
                                                     document, options.results));
  }
  return document;
}

}  // namespace

Command run() {
  return {.name = "run",
          .summary = "run an experiment file: train, evaluate, compare with the published number",
          .sections = {"train.threads"},
          .make_options = &PluginOptions::of<RunOptions>,
          .positionals = {"file"},
          .run = &run_experiment,
          .print = &print_experiment};
}

}  // namespace inkling::cli
