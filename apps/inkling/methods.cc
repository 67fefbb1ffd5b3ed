// inkling methods: what each plugin learns, when to pick it, and where it comes from.
#include "commands.h"

namespace inkling::cli {
namespace {

struct MethodsOptions {
  bool all = false;
  template <class Visitor>
  void fields(Visitor& field) {
    field("all", all, "encoders and tasks too");
  }
};

nlohmann::json described(const std::vector<PluginEntry>& entries) {
  nlohmann::json list = nlohmann::json::array();
  for (const auto& [info, make_options] : entries) {
    nlohmann::json options = nlohmann::json::array();
    const PluginOptions plugin_options = make_options();
    for (const Field& field : plugin_options.fields()) options.push_back(field.name);
    list.push_back({{"name", info.name},
                    {"summary", info.summary},
                    {"when", info.when},
                    {"source", info.source},
                    {"traits", info.traits},
                    {"options", options}});
  }
  return list;
}

nlohmann::json run_methods(const Invocation& asked) {
  nlohmann::json result = {{"methods", described(methods_options())}};
  if (asked.options.as<MethodsOptions>().all) {
    result["encoders"] = described(encoders_options());
    result["tasks"] = described(tasks_options());
  }
  return result;
}

void print_methods(const nlohmann::json& result, Output& out) {
  bool first = true;
  for (const char* kind : {"methods", "encoders", "tasks"}) {
    if (!result.contains(kind)) continue;
    if (result.size() > 1) out << (first ? "" : "\n") << kind << "\n\n";
    first = false;
    bool first_entry = true;
    for (const auto& entry : result[kind]) {
      if (!first_entry) out << "\n";
      first_entry = false;
      out << entry["name"].get<std::string>() << ": " << entry["summary"].get<std::string>()
          << "\n";
      for (const char* part : {"when", "source", "traits"}) {
        const auto text = entry[part].get<std::string>();
        if (!text.empty()) out << "  " << part << ": " << text << "\n";
      }
    }
  }
}

}  // namespace

Command methods() {
  return {.name = "methods",
          .summary = "what each method learns, when to pick it, and its source",
          .sections = {},
          .make_options = &PluginOptions::of<MethodsOptions>,
          .positionals = {},
          .run = &run_methods,
          .print = &print_methods};
}

}  // namespace inkling::cli
