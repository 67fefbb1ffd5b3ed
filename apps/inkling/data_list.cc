// inkling data list: the data sets that inkling knows by name.
#include "commands.h"
#include "inkling/base/strings.h"
#include "inkling/data/catalogue.h"
#include "table.h"

namespace inkling::cli {
namespace {

std::string size_text(std::int64_t bytes) {
  if (bytes == 0) return "";
  if (bytes < 1'000'000) return cat(fixed(static_cast<double>(bytes) / 1e3, 0), " kB");
  return cat(fixed(static_cast<double>(bytes) / 1e6, bytes < 10'000'000 ? 1 : 0), " MB");
}

nlohmann::json run_list(const Invocation&) {
  nlohmann::json entries = nlohmann::json::array();
  for (const ListedEntry& listed : list_catalogue(catalogue_folders())) {
    const CatalogueEntry& entry = *listed.entry;
    nlohmann::json splits = nlohmann::json::array();
    for (const CatalogueSplit& split : entry.splits) splits.push_back(split.name);
    entries.push_back({{"name", entry.name},
                       {"what", entry.what},
                       {"bytes", entry.bytes},
                       {"licence", entry.licence},
                       {"source", entry.source},
                       {"sha256", listed.sha256},
                       {"sha256_recorded", listed.sha256_recorded},
                       {"layout", entry.layout},
                       {"splits", splits},
                       {"path", listed.path.string()}});
  }
  return {{"entries", entries}};
}

void print_list(const nlohmann::json& result, Output& out) {
  Table table({"name", "here", ">size", "licence", "what"});
  for (const auto& entry : result["entries"]) {
    table.row({entry["name"].get<std::string>(),
               entry["path"].get<std::string>().empty() ? "no" : "yes",
               size_text(entry["bytes"].get<std::int64_t>()), entry["licence"].get<std::string>(),
               entry["what"].get<std::string>()});
  }
  table.print(out);
  out << "\nUse one as NAME:SPLIT wherever data is asked for; inkling data get NAME brings it; "
         "--json "
         "shows source, sum and splits.\n";
}

}  // namespace

Command data_list() {
  return {.name = "data list",
          .summary = "the data sets known by name, and which are here",
          .sections = {},
          .make_options = &PluginOptions::of<NoOptions>,
          .positionals = {},
          .run = &run_list,
          .print = &print_list};
}

}  // namespace inkling::cli
