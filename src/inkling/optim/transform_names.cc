#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/optim/transform.h"

namespace inkling {

std::function<double(std::int64_t)> schedule_named(const std::string& name, std::int64_t steps) {
  const double total = std::max<double>(1, static_cast<double>(steps));
  const auto done = [total](std::int64_t step) {
    return std::min(1.0, static_cast<double>(step) / total);
  };
  if (name == "constant") return [](std::int64_t) { return 1.0; };
  if (name == "linear") return [done](std::int64_t step) { return 1 - done(step); };
  if (name == "cosine") {
    return
        [done](std::int64_t step) { return 0.5 * (1 + std::cos(std::numbers::pi * done(step))); };
  }
  const std::vector<std::string> known = {"constant", "linear", "cosine"};
  throw Error(ErrorKind::usage, cat("unknown schedule '", name, "'"), {"", 0, "schedule"},
              known_names_hint(name, known));
}

TransformPtr transform_named(const std::string& name) {
  if (name == "sgd") return sgd();
  if (name == "momentum") return momentum();
  if (name == "adam") return adam();
  const std::vector<std::string> known = {"sgd", "momentum", "adam"};
  throw Error(ErrorKind::usage, cat("unknown optimiser '", name, "'"), {"", 0, "optimiser"},
              known_names_hint(name, known));
}

}  // namespace inkling
