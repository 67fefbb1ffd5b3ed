#include "inkling/train/tuning_problem.h"

#include <algorithm>
#include <cmath>

#include "inkling/api/tune_rules.h"
#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/methods/method_registry.h"
#include "inkling/train/streams.h"

namespace inkling {
namespace {

void check_tunable(const Learner& learner) {
  const Traits& traits = learner.method().traits();
  if (!can_be_tuned(traits)) {
    throw Error(ErrorKind::usage,
                cat("tuning takes a training on episodes or on labelled examples, and method '",
                    learner.config().method.name, "' reads others beside"),
                {"", 0, "method"}, cat("use one of: ", methods_that(can_be_tuned)));
  }
  if (traits.episodic) return;
  if (learner.task().reads_spans()) {
    throw Error(ErrorKind::usage,
                cat("tuning takes task ", learner.config().task.name, " by episodes alone"),
                {"", 0, "method"}, "use a method that trains on episodes, as --method protonet");
  }
  if (!learner.task().reads_text() || learner.model().linear_head() != LossKind::cross_entropy) {
    throw Error(ErrorKind::usage, "tuning takes classes of texts", {"", 0, "task"},
                "use --task classification, or a method that trains on episodes");
  }
}

/// The hyperparameter that says how much a step sees.
const char* size_name(const Learner& learner) {
  return learner.method().traits().episodic ? "meta_batch" : "batch_size";
}

/// Whether a training's loss or steps depend on the hyperparameter.
bool is_read(const Learner& learner, const Hyperparameter& of) {
  const Traits& traits = learner.method().traits();
  if (of.name == "meta_batch") return traits.episodic;
  if (of.section == "encoder") return learner.encoder().hyper(learner.dtype()).contains(of.name);
  if (of.section == "method") {
    return learner.method().hyper(learner.dtype()).contains(method_key(of.name));
  }
  const bool of_examples = of.name == "batch_size" || of.of_loss || !of.each.empty();
  return !of_examples || !traits.episodic;
}

/// An optimum does not tell how it was reached.
void check_at_optimum(const TunedHyperparameter& one) {
  if (one.of.of_loss) return;
  std::vector<std::string> others;
  for (const Hyperparameter& other : hyperparameters()) {
    if (other.of_loss) others.push_back(other.name);
  }
  throw Error(
      ErrorKind::usage,
      cat("the optimum that an implicit estimator supposes does not depend on ", one.name()),
      {"", 0, "hyper"}, cat("it does on ", join(others, ", "), "; or use --estimator reverse"));
}

}  // namespace

FirstParams first_params(const Learner& learner, const Tensor& rows) {
  const Params all = gathered(
      learner.model(), learner.init(stream(learner.config().train.seed, Stream::parameters)), rows);
  const auto moves = [&](const std::string& name) {
    return learner.method().trains(learner.model(), name);
  };
  return {all.where(moves), all.where([&](const std::string& name) { return !moves(name); })};
}

RowStep TuningSteps::row_step(std::int64_t) const {
  throw Error(ErrorKind::internal, "a step of a training that moves no table");
}
Followed TuningSteps::followed(const Params&, const Hyper&, std::int64_t) const {
  throw Error(ErrorKind::internal, "a training of examples follows its gradient");
}
Tensor TuningSteps::whole_loss(const Params&, const Hyper&) const {
  throw Error(ErrorKind::internal, "a loss of all examples of a training of episodes");
}
Tensor TuningSteps::validation_error(const Params&, double) const {
  throw Error(ErrorKind::internal, "an accuracy of a training of episodes");
}
Tensor TuningSteps::check_loss(const Params&) const {
  throw Error(ErrorKind::internal, "a check of a training of episodes");
}

bool can_be_tuned(const Traits& traits) {
  return traits.clean == 0 && traits.unlabelled_ratio == 0 && !traits.self_supervised;
}

bool follows_gradient(const Traits& traits) {
  return !traits.episodic || ((traits.second_order || traits.closed_form) && !traits.anneals);
}

bool TuningProblem::tunes(std::string_view name) const {
  return std::ranges::any_of(tuned_, [&](const auto& one) { return one.of.name == name; });
}

bool TuningProblem::tunes_one(std::string_view name) const {
  return std::ranges::any_of(
      tuned_, [&](const auto& one) { return one.of.name == name && one.per.empty(); });
}

Tensor TuningProblem::constant(double value) const {
  return at::scalar_tensor(value, at::TensorOptions(dtype_));
}

void TuningProblem::check_asked(const Learner& learner, const TuningData& data,
                                const TuneOptions& options) const {
  const bool episodic = learner.method().traits().episodic;
  check_together(options, tuned_, episodic);
  for (const TunedHyperparameter& one : tuned_) {
    if (!is_read(learner, one.of)) {
      throw Error(
          ErrorKind::usage,
          one.of.section == "train"
              ? cat(one.of.name, " is not read by method '", learner.config().method.name, "'")
              : cat("a training as it is configured does not depend on ", one.of.name),
          {"", 0, "hyper"}, cat("tune ", size_name(learner), " or learning_rate"));
    }
    if (one.of.name == "l2" && learner.model().table().empty()) {
      throw Error(ErrorKind::usage,
                  cat("encoder '", learner.config().encoder.name, "' has no word vectors for l2"),
                  {"", 0, "hyper"});
    }
    if (solves(options)) check_at_optimum(one);
  }
  if (validates(options) &&
      (data.validation == nullptr ||
       (!episodic && data.validation->examples() <= std::ssize(data.overlap)))) {
    throw Error(
        ErrorKind::usage, cat("the objective ", options.objective, " needs validation data"),
        {"", 0, "objective"}, "give --validation or --holdout, or use --objective mean-train-loss");
  }
}

std::int64_t TuningProblem::largest(const Learner& learner, const TuningData& data) {
  const TrainOptions& train = learner.config().train;
  const bool episodic = learner.method().traits().episodic;
  const auto examples = static_cast<double>(data.train->examples());
  auto most = static_cast<double>(episodic ? train.meta_batch : train.batch);
  for (TunedHyperparameter& one : tuned_) {
    if (one.of.name != size_name(learner)) continue;
    if (!episodic) one.of.high = std::min(one.of.high, examples);
    most = one.of.high;
    if (one.start <= most) continue;
    throw Error(ErrorKind::usage,
                cat("the batch size starts at ", shortest(one.start), ", and there are ",
                    data.train->examples(), " training examples"),
                {"", 0, "hyper"}, "start with a smaller one");
  }
  return static_cast<std::int64_t>(std::ceil(episodic ? most : std::min(most, examples)));
}

TuningProblem::TuningProblem(const Learner& learner, const TuningData& data,
                             std::vector<TunedHyperparameter> tuned, const TuneOptions& options)
    : tuned_(std::move(tuned)), dtype_(learner.dtype()) {
  check_tunable(learner);
  check_asked(learner, data, options);
  const TrainOptions& train = learner.config().train;
  const bool episodic = learner.method().traits().episodic;
  TuningSize size;
  size.steps = solves(options) ? 0 : options.inner_steps;
  size.largest = largest(learner, data);
  size.sized = tunes(size_name(learner));
  size.validates = validates(options);
  size.validation = train.validation_episodes;
  size.check = size.validates ? options.check : 0;
  steps_ = episodic ? episode_steps(learner, data, size) : example_steps(learner, data, size);
  const std::shared_ptr<const TuningSteps> steps = steps_;
  inner_.start = [steps](const Hyper& hyper) { return steps->start(hyper); };
  const std::vector<std::string> moving = steps->start({}).names();
  inner_.steps = size.steps;
  inner_.transform = tuned_transform(learner, options, tuned_, moving);
  if (solves(options)) {
    inner_.optimised = [steps](const Params& params, const Hyper& hyper) {
      return steps->whole_loss(params, hyper);
    };
  }
  extent_ = {size.steps,
             data.train->examples(),
             learner.labels(),
             data.domains,
             moving,
             learner.method().inner_rates(learner.model(), moving),
             learner.model().table(),
             steps->rows(),
             learner.task().reads_text() ? &learner.vocabulary() : nullptr};
  for (TunedHyperparameter& one : tuned_) {
    entries_.push_back(entries_of(one, extent_));
    std::int64_t numbers = 0;
    for (const HyperEntry& entry : entries_.back()) numbers += c10::multiply_integers(entry.shape);
    one.numbers = static_cast<std::size_t>(numbers);
  }
  inner_.loss = [steps](const Params& params, const Hyper& hyper, std::int64_t t) {
    return steps->loss(params, hyper, t);
  };
  if (!follows_gradient(learner.method().traits())) {
    inner_.followed = [steps](const Params& params, const Hyper& hyper, std::int64_t t) {
      return steps->followed(params, hyper, t);
    };
  }
  // A penalty reads the whole table.
  if (steps->by_rows() && !tunes("l2")) {
    inner_.table = learner.model().table();
    inner_.row_step = [steps](std::int64_t t) { return steps->row_step(t); };
  }
  const auto keep = [&](const char* name, double value) {
    if (!tunes(name)) inner_.fixed.set(name, constant(value));
  };
  keep("learning_rate", train.learning_rate);
  if (!episodic) keep("batch_size", static_cast<double>(size.largest));
  keep("momentum", hyperparameter_named("momentum").otherwise);
  // Beside a decay a word the other parameters have the configured one.
  if (!tunes_one("weight_decay") && (train.weight_decay > 0 || tunes("weight_decay"))) {
    inner_.fixed.set("weight_decay", constant(train.weight_decay));
  }
  objective_ = objective_of(options.objective, inner_.steps);
  if (options.objective == "validation-loss") {
    objective_.loss = [steps](const Params& params, const Hyper& hyper) {
      return steps->validation_loss(params, hyper);
    };
  }
  if (options.objective == "validation-accuracy") {
    const double temperature = options.accuracy_temperature;
    objective_.loss = [steps, temperature](const Params& params, const Hyper&) {
      return steps->validation_error(params, temperature);
    };
  }
}

Objective TuningProblem::objective_of(const std::string& name, std::int64_t steps) const {
  if (name == "mean-train-loss") return mean_train_loss(steps);
  if (name == "final-train-loss") return final_train_loss(steps);
  return objective_;
}

double TuningProblem::check_loss(const Params& params) const {
  const torch::autograd::AutoGradMode off(false);
  return finite(steps_->check_loss(params), "the loss of the check");
}

Hyper TuningProblem::hyper(std::span<const double> values) const {
  Hyper made;
  std::size_t at = 0;
  for (const std::vector<HyperEntry>& entries : entries_) {
    for (const auto& [key, shape] : entries) {
      const auto count = static_cast<std::size_t>(c10::multiply_integers(shape));
      const std::span part = values.subspan(at, count);
      const Tensor numbers = tensor_of(std::vector<double>(part.begin(), part.end()));
      made.set(key, numbers.reshape(shape).to(dtype_));
      at += count;
    }
  }
  return made;
}

std::vector<double> TuningProblem::numbers(const Params& gradient) const {
  std::vector<double> all;
  for (const std::vector<HyperEntry>& entries : entries_) {
    for (const auto& [key, shape] : entries) {
      const Tensor flat = gradient.at(key).detach().to(at::kDouble).contiguous();
      all.insert(all.end(), flat.data_ptr<double>(), flat.data_ptr<double>() + flat.numel());
    }
  }
  return all;
}

std::vector<double> TuningProblem::start() const {
  return values_at(tuned_, start_on_lines(tuned_));
}

}  // namespace inkling
