#include "inkling/config/plugin.h"

#include "inkling/base/error.h"
#include "inkling/base/strings.h"

namespace inkling {

const PluginEntry& plugin_named(const std::vector<PluginEntry>& entries, std::string_view what,
                                std::string_view name) {
  std::vector<std::string> names;
  for (const PluginEntry& entry : entries) {
    if (entry.info.name == name) return entry;
    names.emplace_back(entry.info.name);
  }
  throw Error(ErrorKind::usage, cat("there is no ", what, " '", name, "'"),
              {.file = {}, .line = 0, .field = std::string(what)}, known_names_hint(name, names));
}

}  // namespace inkling
