#include "inkling/methods/method_registry.h"

#include "inkling/base/error.h"

namespace inkling {

std::unique_ptr<Method> make_method(const std::string& name, const PluginOptions& options) {
  for (const MethodMaker& maker : method_makers()) {
    if (maker.name == name) return maker.make(options);
  }
  plugin_named(methods_options(), "method", name);
  throw Error(ErrorKind::internal, "method without a maker: " + name);
}

}  // namespace inkling
