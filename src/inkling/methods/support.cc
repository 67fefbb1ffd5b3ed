#include "inkling/methods/support.h"

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/methods/method_registry.h"
#include "inkling/methods/parts.h"

namespace inkling {

namespace {

std::string without_support() {
  return methods_that([](const Traits& traits) { return traits.zero_shot; });
}

}  // namespace

std::string with_unlabelled() {
  std::vector<std::string> names;
  for (const PluginEntry& entry : methods_options()) {
    const PluginOptions options = entry.make_options();
    for (const Field& field : options.fields()) {
      if (field.name == "refine")
        names.push_back(cat("--method ", entry.info.name, " --refine soft"));
    }
  }
  return join(names, ", ");
}

void check_not_empty(std::string_view method, const Batch& support) {
  if (support.units > 0) return;
  throw Error(ErrorKind::usage, cat(method, " cannot learn from an empty support"),
              {"", 0, "shots"},
              cat("give at least one example a class, or use a method with zero shot: ",
                  without_support()));
}

void check_every_class(std::string_view method, const Record& record) {
  check_not_empty(method, record.support);
  const Tensor& classes = record.support_targets.classes;
  if (!classes.defined()) {
    throw Error(ErrorKind::usage, cat(method, " learns classes, and the task has none"),
                {"", 0, "method"},
                cat("use one of: ", methods_that([](const Traits& t) { return t.regression; })));
  }
  const Tensor counts = members(classes, record.classes, at::kLong).sum(1);  // [E, C]
  const Tensor absent = (counts == 0).nonzero();
  if (absent.size(0) == 0) return;
  const auto episode = absent[0][0].item<std::int64_t>();
  const auto missing = absent[0][1].item<std::int64_t>();
  throw Error(
      ErrorKind::data,
      cat("class ", missing, " has 0 of the ", (classes[episode] >= 0).sum().item<std::int64_t>(),
          " examples", classes.size(0) > 1 ? cat(" of episode ", episode) : "", ", and ", method,
          " knows a class from its examples alone"),
      {"", 0, "support"},
      cat("give at least one example of each class, or use a method with zero shot: ",
          without_support()));
}

}  // namespace inkling
