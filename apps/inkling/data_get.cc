// inkling data get: brings a data set of the catalogue to this machine.
#include "commands.h"
#include "inkling/data/get.h"

namespace inkling::cli {
namespace {

struct GetOptions {
  std::string name;
  std::string from;
  template <class Visitor>
  void fields(Visitor& field) {
    field("name", name, "entry of the catalogue, as inkling data list shows them");
    field("from", from, "copy of the archive to use in place of a download");
  }
};

nlohmann::json run_get(const Invocation& asked) {
  const auto& options = asked.options.as<GetOptions>();
  require(options.name, "NAME", "inkling data list shows the names");
  const GetResult got = get(options.name, options.from, catalogue_folders());
  return {{"name", got.name},
          {"path", got.path.string()},
          {"sha256", got.sha256},
          {"sha256_known", got.sha256_known},
          {"already_there", got.already_there}};
}

void print_get(const nlohmann::json& result, Output& out) {
  out << result["name"].get<std::string>()
      << (result["already_there"].get<bool>() ? " was here already: " : " is here: ")
      << result["path"].get<std::string>() << "\n";
  if (!result["already_there"].get<bool>() && !result["sha256_known"].get<bool>()) {
    out << "its sum was not known; recorded " << result["sha256"].get<std::string>() << "\n";
  }
}

}  // namespace

Command data_get() {
  return {.name = "data get",
          .summary = "download a data set, check its sum and unpack it",
          .sections = {},
          .make_options = &PluginOptions::of<GetOptions>,
          .positionals = {"name"},
          .run = &run_get,
          .print = &print_get};
}

}  // namespace inkling::cli
