// inkling distill: a teacher labels texts, a student learns from them.
#include "commands.h"
#include "inkling/api/engine.h"
#include "inkling/base/error.h"
#include "inkling/base/progress.h"
#include "report.h"

namespace inkling::cli {
namespace {

nlohmann::json run_distill(const Invocation& asked) {
  const RunConfig config = asked.config(asked.started({{"data", {{"tasks-by", "single"}}},
                                                       {"episodes", {{"shots", "0"}}},
                                                       {"method", {{"name", "supervised"}}}}));
  require(config.train.out, "--out", "give the folder of the distillation");
  try {
    return engine().distill(config, asked.options.as<DistillOptions>());
  } catch (const Interrupted&) {
    log_info("stopped where nothing is lost; --resume goes on from there");
    throw;
  }
}

}  // namespace

Command distill() {
  return {.name = "distill",
          .summary = "train a teacher, have it label texts, train a student on them, compare",
          .sections = {"data", "format", "text", "encoder", "method", "train"},
          .make_options = &PluginOptions::of<DistillOptions>,
          .positionals = {"stage"},
          .run = &run_distill,
          .print = &print_distillation};
}

}  // namespace inkling::cli
