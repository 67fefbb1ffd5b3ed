// What is known of a plugin without the engine: its name, what it does, its options.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "inkling/config/fields.h"

namespace inkling {

/// What `inkling methods` and the reference page say of a plugin.
struct PluginInfo {
  std::string_view name;
  std::string_view summary;  ///< what it is or learns, one line
  std::string_view when;     ///< when to pick it, one line
  std::string_view source;   ///< the paper
  std::string_view traits;   ///< "second order, class-equivariant", ...; empty where none applies
};

/// A plugin's options, owned, behind their fields.
class PluginOptions {
 public:
  /// No options.
  PluginOptions() = default;
  template <class Options>
  static PluginOptions of() {
    auto options = std::make_shared<Options>();
    return {options, fields_of(*options)};
  }

  const std::vector<Field>& fields() const { return fields_; }
  template <class Options>
  const Options& as() const {
    return *static_cast<const Options*>(options_.get());
  }

 private:
  PluginOptions(std::shared_ptr<void> options, std::vector<Field> fields)
      : options_(std::move(options)), fields_(std::move(fields)) {}

  std::shared_ptr<void> options_;
  std::vector<Field> fields_;
};

struct PluginEntry {
  PluginInfo info;
  PluginOptions (*make_options)();  ///< fresh options at their defaults
};

template <class Options>
PluginEntry entry(const PluginInfo& info) {
  return {info, &PluginOptions::of<Options>};
}

const std::vector<PluginEntry>& encoders_options();
const std::vector<PluginEntry>& methods_options();
const std::vector<PluginEntry>& tasks_options();

/// @param what  "method", "encoder" or "task", for the message
/// @throws Error usage naming the nearest
const PluginEntry& plugin_named(const std::vector<PluginEntry>& entries, std::string_view what,
                                std::string_view name);

}  // namespace inkling
