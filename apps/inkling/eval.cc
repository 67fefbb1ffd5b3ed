// inkling eval: judges a model, baselines beside it.
#include "commands.h"
#include "inkling/api/engine.h"
#include "report.h"

namespace inkling::cli {
namespace {

struct EvalCommandOptions {
  std::string model;
  template <class Visitor>
  void fields(Visitor& field) {
    field("model", model, "model directory, trained or adapted");
  }
};

nlohmann::json run_eval(const Invocation& asked) {
  const auto& options = asked.options.as<EvalCommandOptions>();
  require(options.model, "--model", "give the model directory to evaluate");
  return engine().evaluate(options.model, asked.config(engine().config_of(options.model)));
}

}  // namespace

Command eval() {
  return {.name = "eval",
          .summary = "evaluate a model over test episodes, or an adapted one on a test set",
          .sections = {"data", "format", "episodes", "task", "method", "eval", "train.seed",
                       "train.threads"},
          .make_options = &PluginOptions::of<EvalCommandOptions>,
          .positionals = {"model"},
          .run = &run_eval,
          .print = &print_evaluation};
}

}  // namespace inkling::cli
