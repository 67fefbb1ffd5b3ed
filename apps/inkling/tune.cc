// inkling tune: moves the hyperparameters of a training along the gradient of an objective.
#include <filesystem>

#include "commands.h"
#include "inkling/api/engine.h"
#include "inkling/base/error.h"
#include "inkling/base/progress.h"
#include "report.h"

namespace inkling::cli {
namespace {

nlohmann::json run_tune(const Invocation& asked) {
  const RunConfig config = asked.config();
  require(config.train.out, "--out", "give the directory to write");
  try {
    return engine().tune(config, asked.options.as<TuneOptions>());
  } catch (const Interrupted&) {
    if (std::filesystem::exists(std::filesystem::path(config.train.out) / "state.json")) {
      log_info("stopped between outer steps; --resume goes on from there");
    }
    throw;
  }
}

}  // namespace

Command tune() {
  return {.name = "tune",
          .summary = "move hyperparameters of a training along the gradient of its loss",
          .sections = {"data", "format", "episodes", "text", "task", "encoder", "method", "train"},
          .make_options = &PluginOptions::of<TuneOptions>,
          .positionals = {},
          .run = &run_tune,
          .print = &print_tuning};
}

}  // namespace inkling::cli
