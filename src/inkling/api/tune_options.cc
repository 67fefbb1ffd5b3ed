#include "inkling/api/tune_options.h"

#include <map>

namespace inkling {

std::vector<std::string> unread_options(const TuneOptions& options) {
  const bool gradient = options.search == "gradient";
  const bool steps = !options.estimator.starts_with("implicit");
  const std::map<std::string, bool> read = {
      {"accuracy-temperature", options.objective == "validation-accuracy"},
      {"inner-steps", steps},
      {"first-inner-steps", gradient && steps},
      {"outer-steps", gradient || options.budget == 0},
      {"outer-optimiser", gradient},
      {"outer-rate", gradient},
      {"inner-optimiser", steps},
      {"estimator", gradient},
      {"slots", gradient && options.estimator == "checkpointed"},
      {"window", gradient && options.estimator == "truncated"},
      {"max-batch", steps},
      {"divergences", gradient},
      {"settle", gradient && options.outer_optimiser != "rprop"},
      {"check", gradient},
  };
  TuneOptions own = options;
  TuneOptions defaults;
  const std::map<std::string, std::string> otherwise = field_map(fields_of(defaults));
  std::vector<std::string> unread;
  for (const Field& field : fields_of(own)) {
    const auto found = read.find(field.name);
    if (found == read.end() || found->second) continue;
    if (field_text(field) != otherwise.at(field.name)) unread.push_back(field.name);
  }
  return unread;
}

}  // namespace inkling
