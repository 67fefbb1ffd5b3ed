// inkling data validate: what is wrong with data before anything is trained on it.
#include "commands.h"
#include "inkling/base/error.h"
#include "inkling/data/conditions.h"
#include "inkling/data/validate.h"
#include "inkling/formats/named_data.h"

namespace inkling::cli {
namespace {

struct ValidateCommandOptions {
  std::vector<std::string> splits;
  std::string disjoint = "nothing";
  std::int64_t long_text = ValidateOptions{}.long_text;
  std::int64_t most = 20;
  template <class Visitor>
  void fields(Visitor& field) {
    field("splits", splits, "the splits in order, train first: files, folders, NAME:SPLIT");
    field("disjoint", disjoint, "what no two splits may share, beside texts",
          one_of({"nothing", "label", "group"}));
    field("long-text", long_text, "point out texts of more bytes", between(1, 1e15));
    field("most", most, "findings of a kind to list; --json lists all", between(0, 1e9));
  }
};

Disjoint disjoint_named(const std::string& name) {
  if (name == "label") return Disjoint::label;
  return name == "group" ? Disjoint::group : Disjoint::nothing;
}

nlohmann::json run_validate(const Invocation& asked) {
  const auto& options = asked.options.as<ValidateCommandOptions>();
  require(options.splits.empty() ? "" : "given", "SPLITS", "give files, folders or NAME:SPLIT");
  const RunConfig config = asked.config();
  std::vector<Split> splits;
  std::vector<Finding> faults;
  for (const std::string& name : options.splits) {
    try {
      splits.push_back({name, read_named(name, config.format)});
      join_attributes(splits.back().dataset, config.data.group);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::data) throw;
      faults.push_back(encoding_finding(name, error));
    }
  }
  ValidationReport report = validate(splits, {.disjoint = disjoint_named(options.disjoint),
                                              .group = config.data.group,
                                              .long_text = options.long_text});
  report.findings.insert(report.findings.begin(), faults.begin(), faults.end());
  if (!asked.json) {
    for (const std::string& line : to_lines(report, options.most)) asked.out << line << "\n";
  }
  return to_json(report);
}

}  // namespace

Command data_validate() {
  return {.name = "data validate",
          .summary = "report duplicates, leaks, contradictions and faults, with file and line",
          .sections = {"format", "data.group"},
          .make_options = &PluginOptions::of<ValidateCommandOptions>,
          .positionals = {"splits"},
          .run = &run_validate,
          .print = nullptr,
          .status = [](const nlohmann::json& result) {
            return result["errors"].get<int>() > 0 ? exit_code(ErrorKind::data) : 0;
          }};
}

}  // namespace inkling::cli
