#include "inkling/distill/experiment_distillation.h"

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/base/temporary_folder.h"
#include "inkling/distill/distillation.h"

namespace inkling {

using nlohmann::json;

DistillOptions ExperimentDistillation::options(const Setting& setting) const {
  DistillOptions options;
  const ConfigValues values = merged(experiment_.config, setting.overrides);
  const auto own = values.find(kDistillSection);
  if (own != values.end()) set_fields(fields_of(options), own->second);
  return options;
}

const json& ExperimentDistillation::models(const Setting& setting, std::int64_t seed) {
  RunConfig config = config_of(experiment_, setting);
  config.train.seed = seed;
  DistillOptions how = options(setting);
  how.stage = "all";
  ConfigValues values = config_values(config);
  values.erase("eval");
  values[kDistillSection] = field_map(fields_of(how));
  json& found = models_[json(values).dump()];
  if (found.is_null()) {
    const TemporaryFolder folder;
    config.train.out = (folder.path() / "distillation").string();
    found = distill::distillation_report(config, how, workers_).at("models");
  }
  return found;
}

double ExperimentDistillation::metric(const Setting& setting, std::int64_t seed,
                                      const std::string& metric) {
  const json& all = models(setting, seed);
  const json& model = all.contains(setting.name) ? all[setting.name] : all.at("student");
  if (model.at("metrics").contains(metric)) {
    return model["metrics"][metric].at("value").get<double>();
  }
  constexpr double kMega = 1e6;
  if (metric == "megabytes") return model.at("bytes").get<double>() / kMega;
  if (model.contains(metric) && model[metric].is_number()) return model[metric].get<double>();
  throw Error(
      ErrorKind::usage, cat("a distillation does not measure '", metric, "'"),
      {experiment_.file.string(), 0, "metric"},
      "use accuracy, milliseconds, megabytes, or of the student faster, smaller, agreement");
}

}  // namespace inkling
