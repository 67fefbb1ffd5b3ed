// inkling data split: cuts data into parts by label, by group or at random.
#include <filesystem>

#include "commands.h"
#include "inkling/base/error.h"
#include "inkling/base/file.h"
#include "inkling/base/strings.h"
#include "inkling/base/temporary_folder.h"
#include "inkling/data/conditions.h"
#include "inkling/data/splits.h"
#include "inkling/formats/holding.h"
#include "inkling/formats/named_data.h"
#include "table.h"

namespace inkling::cli {
namespace {

struct SplitOptions {
  std::string from;
  std::string out;
  std::string by = "random";
  std::string fractions = "0.8/0.1/0.1";
  std::vector<std::string> names = {"train", "validation", "test"};
  std::string to = "jsonl";
  template <class Visitor>
  void fields(Visitor& field) {
    field("from", from, "file, folder or NAME:SPLIT of the catalogue; - for standard input");
    field("out", out, "folder to write, which must not be there");
    field("by", by, "what no two parts share: labels, groups, or texts alone (stratified by label)",
          one_of({"label", "group", "random"}));
    field("fractions", fractions, "size of each part, together 1");
    field("names", names, "names of the parts");
    field("to", to, "format to write");
  }
};

nlohmann::json run_split(const Invocation& asked) {
  const auto& options = asked.options.as<SplitOptions>();
  require(options.from, "FROM", "give a file, a folder or NAME:SPLIT");
  require(options.out, "--out", "give the folder to write");
  const RunConfig config = asked.config();
  const SplitRule rule = {.by = split_by_named(options.by),
                          .group = config.data.group,
                          .fractions = parse_fractions(options.fractions),
                          .seed = static_cast<std::uint64_t>(config.train.seed)};
  if (options.names.size() != rule.fractions.size()) {
    throw Error(ErrorKind::usage,
                cat(rule.fractions.size(), " fractions but ", options.names.size(), " names"),
                {.file = {}, .line = 0, .field = "--names"}, "give one name a part");
  }
  for (const std::string& name : options.names) {
    if (!is_file_name(name)) {
      throw Error(ErrorKind::usage, cat("'", name, "' is no name for a file"),
                  {.file = {}, .line = 0, .field = "--names"});
    }
  }
  const std::filesystem::path out = options.out;
  const std::filesystem::path target = out.has_filename() ? out : out.parent_path();
  if (std::filesystem::exists(target)) {
    throw Error(ErrorKind::io, "is there already", {.file = options.out}, "name a new folder");
  }
  Dataset dataset = read_named(options.from, config.format);
  join_attributes(dataset, rule.group);
  const std::vector<Dataset> parts = split_dataset(dataset, rule);
  FormatOptions write = config.format;
  write.format = options.to;
  const TemporaryFolder folder(target);
  std::filesystem::create_directory(folder.path() / "parts");
  nlohmann::json result = {{"path", target.string()}, {"parts", nlohmann::json::array()}};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string file = cat(options.names[i], ".", options.to);
    write_dataset(parts[i], folder.path() / "parts" / file, write);
    result["parts"].push_back({{"name", options.names[i]},
                               {"file", (target / file).string()},
                               {"examples", parts[i].examples.size()},
                               {"labels", parts[i].labels().size()}});
  }
  publish_folder(folder.path() / "parts", target);
  return result;
}

void print_split(const nlohmann::json& result, Output& out) {
  Table table({"part", ">examples", ">labels", "file"});
  for (const auto& part : result["parts"]) {
    table.row(
        {part["name"].get<std::string>(), std::to_string(part["examples"].get<std::int64_t>()),
         std::to_string(part["labels"].get<std::int64_t>()), part["file"].get<std::string>()});
  }
  table.print(out);
}

}  // namespace

Command data_split() {
  return {.name = "data split",
          .summary = "cut data into parts by label, by group or at random",
          .sections = {"format", "data.group", "train.seed"},
          .make_options = &PluginOptions::of<SplitOptions>,
          .positionals = {"from"},
          .run = &run_split,
          .print = &print_split};
}

}  // namespace inkling::cli
