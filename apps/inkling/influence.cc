// inkling influence: the training texts that a model's loss on a text hangs on.
#include "commands.h"
#include "inkling/api/engine.h"
#include "inkling/api/influence_options.h"
#include "inkling/base/strings.h"
#include "report.h"

namespace inkling::cli {
namespace {

nlohmann::json run_influence(const Invocation& asked) {
  const auto& options = asked.options.as<InfluenceOptions>();
  require(options.model, "--model", "give the model directory");
  require(trim(options.text), "--text", "give the text whose loss is asked about");
  return engine().influence(options.model, asked.config(engine().config_of(options.model)),
                            options);
}

}  // namespace

Command influence() {
  return {.name = "influence",
          .summary = "show the training texts that raised or lowered a text's loss most",
          .sections = {"data", "format", "train.seed", "train.threads"},
          .make_options = &PluginOptions::of<InfluenceOptions>,
          .positionals = {"model"},
          .run = &run_influence,
          .print = &print_influence};
}

}  // namespace inkling::cli
