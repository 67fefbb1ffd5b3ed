// The methods found at build time, by name.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "inkling/config/plugin.h"
#include "inkling/methods/method.h"

namespace inkling {

struct MethodMaker {
  std::string name;
  std::function<std::unique_ptr<Method>(const PluginOptions&)> make;
};

template <class Options>
MethodMaker maker(const PluginInfo& info, std::unique_ptr<Method> (*make)(const Options&)) {
  return {std::string(info.name),
          [make](const PluginOptions& options) { return make(options.as<Options>()); }};
}

const std::vector<MethodMaker>& method_makers();

/// The names of those methods whose traits, at their defaults, `wanted` accepts, as a list in
/// words.
std::string methods_that(const std::function<bool(const Traits&)>& wanted);

/// @throws Error usage naming the nearest
std::unique_ptr<Method> make_method(const std::string& name, const PluginOptions& options);

}  // namespace inkling
