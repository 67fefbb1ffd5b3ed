#include "inkling/methods/method_registry.h"

#include "inkling/base/error.h"
#include "inkling/base/strings.h"

namespace inkling {

std::string methods_that(const std::function<bool(const Traits&)>& wanted) {
  std::vector<std::string> names;
  for (const PluginEntry& entry : methods_options()) {
    const std::string name(entry.info.name);
    if (wanted(make_method(name, entry.make_options())->traits())) names.push_back(name);
  }
  return join(names, ", ");
}

std::unique_ptr<Method> make_method(const std::string& name, const PluginOptions& options) {
  for (const MethodMaker& maker : method_makers()) {
    if (maker.name == name) return maker.make(options);
  }
  plugin_named(methods_options(), "method", name);
  throw Error(ErrorKind::internal, "method without a maker: " + name);
}

}  // namespace inkling
