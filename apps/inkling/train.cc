// inkling train: meta-trains over the tasks in the data.
#include <filesystem>

#include "commands.h"
#include "inkling/api/engine.h"
#include "inkling/base/error.h"
#include "inkling/base/progress.h"
#include "report.h"

namespace inkling::cli {
namespace {

nlohmann::json run_train(const Invocation& asked) {
  const RunConfig config = asked.config(asked.started({}));
  require(config.train.out, "--out", "give the model directory to write");
  try {
    return engine().train(config);
  } catch (const Interrupted&) {
    const std::filesystem::path folder = config.train.out;
    if (std::filesystem::exists(folder / "last.safetensors") ||
        std::filesystem::exists(folder / "start" / "last.safetensors")) {
      log_info("stopped at a checkpoint; --resume goes on from it");
    }
    throw;
  }
}

}  // namespace

Command train() {
  return {.name = "train",
          .summary = "meta-train over the tasks in the data into a model directory",
          .sections = {"data", "format", "episodes", "text", "task", "encoder", "method", "train"},
          .make_options = &PluginOptions::of<NoOptions>,
          .positionals = {},
          .run = &run_train,
          .print = &print_training};
}

}  // namespace inkling::cli
