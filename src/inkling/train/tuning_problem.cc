#include "inkling/train/tuning_problem.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "inkling/base/error.h"
#include "inkling/base/interrupt.h"
#include "inkling/base/strings.h"
#include "inkling/bilevel/automatic/automatic.h"
#include "inkling/bilevel/differences/differences.h"
#include "inkling/bilevel/forward/forward.h"
#include "inkling/bilevel/reverse/reverse.h"
#include "inkling/methods/method_registry.h"
#include "inkling/train/streams.h"

namespace inkling {
namespace {

/// The first `count` texts of E = 1.
Batch first_texts(const Batch& batch, std::int64_t count) {
  if (count == batch.units) return batch;
  Batch some = batch;
  some.units = count;
  some.words.offsets = batch.words.offsets.narrow(0, 0, count + 1);
  const auto end = some.words.offsets[count].item<std::int64_t>();
  for (Tensor* each : {&some.words.ids, &some.words.weights, &some.words.frequencies}) {
    if (each->defined()) *each = each->narrow(0, 0, end);
  }
  some.words.longest = at::diff(some.words.offsets).max().item<std::int64_t>();
  return some;
}

/// A learning rate that takes a course over the steps.
class Course : public Transform {
 public:
  Course(TransformPtr of, std::function<double(std::int64_t)> factor)
      : of_(std::move(of)), factor_(std::move(factor)) {}
  std::size_t slots() const override { return of_->slots(); }
  bool linear() const override { return of_->linear(); }
  std::vector<std::string> reads() const override { return of_->reads(); }
  Params apply(const Params& gradients, std::span<Params> slots, std::int64_t step,
               const Params& params, const Hyper& hyper) const override {
    const Hyper now = hyper.merged({{"learning_rate", factor_(step) * hyper.at("learning_rate")}});
    return of_->apply(gradients, slots, step, params, now);
  }

 private:
  TransformPtr of_;
  std::function<double(std::int64_t)> factor_;
};

void check_tunable(const Learner& learner) {
  const Traits& traits = learner.method().traits();
  if (!can_be_tuned(traits)) {
    throw Error(ErrorKind::usage,
                cat("tuning takes a method whose meta-gradient is exact, and that of ",
                    learner.config().method.name, " is not"),
                {"", 0, "method"}, cat("use one of: ", methods_that(can_be_tuned)));
  }
  if (traits.episodic) return;
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
bool is_read(const Learner& learner, std::string_view name) {
  const Traits& traits = learner.method().traits();
  if (name == "meta_batch") return traits.episodic;
  if (name == "inner_learning_rate") return traits.episodic && traits.inner_loop;
  for (const char* of_examples : {"batch_size", "l2", "label_smoothing", "temperature"}) {
    if (name == of_examples) return !traits.episodic;
  }
  return true;
}

}  // namespace

bool can_be_tuned(const Traits& traits) {
  return !traits.episodic || ((traits.second_order || traits.closed_form) && !traits.anneals);
}

Tensor shares_of_batch(const Tensor& b) {
  const auto whole = static_cast<std::int64_t>(std::ceil(b.item<double>())) - 1;
  const Tensor last = (b - static_cast<double>(whole)).reshape({1});
  return at::cat({at::ones({whole}, last.options()), last}) / b;
}

namespace {

/// The texts of every step, and those of validation, with ids that mean rows of one gathered table.
class Texts : public TuningSteps {
 public:
  struct Part {
    Batch batch;
    Tensor classes;  ///< int64 [U]
  };

  Texts(const Learner& learner, const TuningData& data, const TuningSize& size)
      : learner_(learner), key_(stream(learner.config().train.seed, Stream::noise)) {
    const Key order = stream(learner.config().train.seed, Stream::order);
    std::vector<std::int64_t> places(static_cast<std::size_t>(data.train->examples()));
    std::vector<Tensor> rows;
    for (std::int64_t t = 0; t < size.steps; ++t) {
      std::iota(places.begin(), places.end(), 0);
      Rng(order.fold(static_cast<std::uint64_t>(t))).shuffle(std::span(places));
      steps_.push_back(part_of(
          data.train->pass(std::span(places).first(static_cast<std::size_t>(size.largest))), rows));
    }
    if (size.validates) {
      std::vector<std::int64_t> all(static_cast<std::size_t>(data.validation->examples()));
      std::iota(all.begin(), all.end(), 0);
      std::erase_if(all, [&](std::int64_t place) {
        return std::ranges::find(data.overlap, place) != data.overlap.end();
      });
      validation_ = part_of(data.validation->pass(all), rows);
    }
    // What occurs anywhere is the table; ids are numbered anew by it.
    if (!rows.empty()) {
      rows_ = std::get<0>(at::_unique(at::cat(rows)));
      for (Part& part : steps_) renumber(part);
      if (size.validates) renumber(validation_);
    }
    set_start();
  }

  Params start() const override { return start_; }

  /// The losses of the first `count` texts of a part. @return [count]
  Tensor losses(const Params& params, const Part& part, std::int64_t count,
                const Context& context) const {
    const Tensor logs = at::log_softmax(scores(params, part, count, context), -1);
    return logs.gather(1, part.classes.narrow(0, 0, count).unsqueeze(1)).squeeze(1).neg();
  }

  Tensor loss(const Params& params, const Hyper& hyper, std::int64_t t) const override {
    check_interrupt();
    const Part& part = steps_[static_cast<std::size_t>(t)];
    const Tensor shares = shares_of_batch(hyper.at("batch_size"));
    Context context = learner_.context();
    context.training = true;
    context.key = key_.fold(static_cast<std::uint64_t>(t));
    const std::int64_t count = shares.numel();
    Tensor scored = scores(params, part, count, context);
    if (const Tensor* temperature = hyper.find("temperature")) scored = scored / *temperature;
    const Tensor logs = at::log_softmax(scored, -1);
    const Tensor truth = part.classes.narrow(0, 0, count).unsqueeze(1);
    Tensor each = logs.gather(1, truth).squeeze(1).neg();
    if (const Tensor* smoothing = hyper.find("label_smoothing")) {
      each = (1 - *smoothing) * each - *smoothing * logs.mean(-1);
    }
    Tensor loss = at::dot(shares, each);
    if (const Tensor* l2 = hyper.find("l2")) {
      loss = loss + *l2 * params.at(learner_.model().table()).square().sum();
    }
    return loss;
  }

  Tensor validation_loss(const Params& params, const Hyper&) const override {
    return losses(params, validation_, validation_.batch.units, learner_.context()).mean();
  }

 private:
  /// Trained parameters, the table's rows gathered; what does not move is kept beside.
  void set_start() {
    const Params all =
        gathered(learner_.model(),
                 learner_.init(stream(learner_.config().train.seed, Stream::parameters)), rows_);
    const auto moves = [&](const std::string& name) {
      return learner_.method().trains(learner_.model(), name);
    };
    still_ = all.where([&](const std::string& name) { return !moves(name); });
    start_ = all.where(moves);
  }

  Part part_of(const Record& record, std::vector<Tensor>& rows) const {
    Part part{record.query, record.query_targets.classes.flatten()};
    if (record.rows.defined()) {
      part.batch.words.ids = record.rows.index_select(0, part.batch.words.ids);
      rows.push_back(record.rows);
    }
    return part;
  }

  void renumber(Part& part) const {
    part.batch.words.ids = at::searchsorted(rows_, part.batch.words.ids);
  }

  /// @return [count, C]
  Tensor scores(const Params& params, const Part& part, std::int64_t count,
                const Context& context) const {
    const Network& model = learner_.model();
    const Params all = still_.empty() ? params : still_.merged(params);
    const Batch batch = first_texts(part.batch, count);
    return model.score(all, model.encode(all, batch, context), context)[0];
  }

  const Learner& learner_;
  Key key_;
  std::vector<Part> steps_;
  Part validation_;
  Tensor rows_;
  Params start_;
  Params still_;
};

}  // namespace

std::unique_ptr<TuningSteps> example_steps(const Learner& learner, const TuningData& data,
                                           const TuningSize& size) {
  return std::make_unique<Texts>(learner, data, size);
}

bool TuningProblem::tunes(std::string_view name) const {
  return std::ranges::any_of(tuned_, [&](const auto& one) { return one.of.name == name; });
}

Tensor TuningProblem::constant(double value) const {
  return at::scalar_tensor(value, at::TensorOptions(dtype_));
}

TransformPtr TuningProblem::transform(const Learner& learner, const TuneOptions& options) {
  const TrainOptions& train = learner.config().train;
  if (tunes("momentum") && options.inner_optimiser != "momentum") {
    throw Error(ErrorKind::usage,
                cat("momentum is not read by the inner optimiser, ", options.inner_optimiser),
                {"", 0, "hyper"}, "use --inner-optimiser momentum, or leave momentum out");
  }
  std::vector<TransformPtr> parts;
  if (train.clip > 0) parts.push_back(clip(train.clip));
  parts.push_back(transform_named(options.inner_optimiser));
  if (tunes("weight_decay") || train.weight_decay > 0) {
    const LinearInput* input = learner.model().linear_input();
    if (input != nullptr && input->fixed_columns() > 0) {
      throw Error(ErrorKind::usage, "tuning cannot decay weights beside columns that stay",
                  {"", 0, "weight-decay"}, "leave out weight decay, or --learned-dimensions");
    }
    parts.push_back(decay());
  }
  TransformPtr all = parts.size() == 1 ? parts.front() : chain(std::move(parts));
  if (train.schedule == "constant") return all;
  return std::make_shared<Course>(std::move(all),
                                  schedule_named(train.schedule, options.inner_steps));
}

std::int64_t TuningProblem::largest(const Learner& learner, const TuningData& data) {
  const TrainOptions& train = learner.config().train;
  const bool episodic = learner.method().traits().episodic;
  auto most = static_cast<double>(episodic ? train.meta_batch : train.batch);
  for (TunedHyperparameter& one : tuned_) {
    if (!is_read(learner, one.of.name)) {
      throw Error(ErrorKind::usage,
                  cat(one.of.name, " is not read by method '", learner.config().method.name, "'"),
                  {"", 0, "hyper"}, cat("tune ", size_name(learner), " or learning_rate"));
    }
    if (one.of.name == "l2" && learner.model().table().empty()) {
      throw Error(ErrorKind::usage,
                  cat("encoder '", learner.config().encoder.name, "' has no word vectors for l2"),
                  {"", 0, "hyper"});
    }
    if (one.of.name != size_name(learner)) continue;
    if (!episodic) {
      one.of.high = std::min(one.of.high, static_cast<double>(data.train->examples()));
    }
    most = one.of.high;
    if (one.start <= most) continue;
    throw Error(ErrorKind::usage,
                cat("the batch size starts at ", shortest(one.start), ", and there are ",
                    data.train->examples(), " training examples"),
                {"", 0, "hyper"}, "start with a smaller one");
  }
  if (!episodic) most = std::min(most, static_cast<double>(data.train->examples()));
  return static_cast<std::int64_t>(std::ceil(most));
}

TuningProblem::TuningProblem(const Learner& learner, const TuningData& data,
                             std::vector<TunedHyperparameter> tuned, const TuneOptions& options)
    : tuned_(std::move(tuned)), dtype_(learner.dtype()) {
  check_tunable(learner);
  const TrainOptions& train = learner.config().train;
  const bool episodic = learner.method().traits().episodic;
  TuningSize size;
  size.steps = options.inner_steps;
  size.largest = largest(learner, data);
  size.sized = tunes(size_name(learner));
  size.validation = train.validation_episodes;
  size.validates = options.objective == "validation-loss";
  if (size.validates &&
      (data.validation == nullptr ||
       (!episodic && data.validation->examples() <= std::ssize(data.overlap)))) {
    throw Error(ErrorKind::usage, "the objective validation-loss needs validation data",
                {"", 0, "objective"},
                "give --validation or --holdout, or use --objective mean-train-loss");
  }
  const std::shared_ptr<const TuningSteps> steps =
      episodic ? episode_steps(learner, data, size) : example_steps(learner, data, size);
  inner_.start = starting_at(steps->start());
  inner_.steps = size.steps;
  inner_.transform = transform(learner, options);
  inner_.loss = [steps](const Params& params, const Hyper& hyper, std::int64_t t) {
    return steps->loss(params, hyper, t);
  };
  const auto keep = [&](const char* name, double value) {
    if (!tunes(name)) inner_.fixed.set(name, constant(value));
  };
  keep("learning_rate", train.learning_rate);
  if (!episodic) keep("batch_size", static_cast<double>(size.largest));
  keep("momentum", hyperparameter_named("momentum").otherwise);
  if (train.weight_decay > 0) keep("weight_decay", train.weight_decay);
  if (options.objective == "mean-train-loss") objective_ = mean_train_loss(inner_.steps);
  if (options.objective == "final-train-loss") objective_ = final_train_loss(inner_.steps);
  if (size.validates) {
    objective_.loss = [steps](const Params& params, const Hyper& hyper) {
      return steps->validation_loss(params, hyper);
    };
  }
}

Hyper TuningProblem::hyper(std::span<const double> values) const {
  Hyper made;
  for_each_part(std::span<const TunedHyperparameter>(tuned_), values,
                [&](std::size_t i, std::span<const double> part) {
                  made.set(tuned_[i].of.name, constant(part.front()));
                });
  return made;
}

std::vector<double> TuningProblem::numbers(const Params& gradient) const {
  std::vector<double> all;
  for (const TunedHyperparameter& one : tuned_) {
    all.push_back(gradient.at(one.of.name).item<double>());
  }
  return all;
}

std::vector<double> TuningProblem::start() const {
  return values_at(tuned_, start_on_lines(tuned_));
}

EstimatorPtr estimator_of(const TuneOptions& options) {
  if (options.estimator == "reverse") return reverse();
  if (options.estimator == "checkpointed") return reverse({.slots = options.slots});
  if (options.estimator == "truncated") return truncated(options.window);
  if (options.estimator == "forward") return forward();
  if (options.estimator == "differences") return central_differences();
  return automatic();
}

}  // namespace inkling
