#include "inkling/train/tuning_problem.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "inkling/base/error.h"
#include "inkling/base/interrupt.h"
#include "inkling/base/strings.h"
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

void check_tunable(const Learner& learner) {
  const RunConfig& config = learner.config();
  if (learner.method().traits().episodic) {
    throw Error(ErrorKind::usage,
                cat("tuning takes a method that trains on batches of examples, and ",
                    config.method.name, " trains on episodes"),
                {"", 0, "method"},
                cat("use one of: ", methods_that([](const Traits& t) { return !t.episodic; })));
  }
  if (!learner.task().reads_text() || learner.model().linear_head() != LossKind::cross_entropy) {
    throw Error(ErrorKind::usage, "tuning takes classes of texts", {"", 0, "task"},
                "use --task classification");
  }
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

/// The texts of every step, and those of validation, with ids that mean rows of one gathered table.
class TuningProblem::Texts {
 public:
  struct Part {
    Batch batch;
    Tensor classes;  ///< int64 [U]
    Tensor places;   ///< int64 [U], of the training examples
    Tensor domains;  ///< int64 [U]; undefined where there are none
  };

  /// @param steps  0: the loss of all examples is wanted, not those of steps
  Texts(const Learner& learner, const TuningData& data, std::int64_t steps, std::int64_t largest,
        bool validates, double check)
      : learner_(learner), key_(stream(learner.config().train.seed, Stream::noise)) {
    const Key order = stream(learner.config().train.seed, Stream::order);
    std::vector<std::int64_t> places(static_cast<std::size_t>(data.train->examples()));
    std::vector<Tensor> rows;
    for (std::int64_t t = 0; t < steps; ++t) {
      std::iota(places.begin(), places.end(), 0);
      Rng(order.fold(static_cast<std::uint64_t>(t))).shuffle(std::span(places));
      steps_.push_back(
          training_part(data, std::span(places).first(static_cast<std::size_t>(largest)), rows));
    }
    if (steps == 0) {
      std::iota(places.begin(), places.end(), 0);
      all_ = training_part(data, places, rows);
    }
    if (validates) {
      std::vector<std::int64_t> all(static_cast<std::size_t>(data.validation->examples()));
      std::iota(all.begin(), all.end(), 0);
      std::erase_if(all, [&](std::int64_t place) {
        return std::ranges::find(data.overlap, place) != data.overlap.end();
      });
      std::size_t kept = 0;
      if (check > 0) {
        Rng(stream(learner.config().train.seed, Stream::validation)).shuffle(std::span(all));
        kept = static_cast<std::size_t>(std::ceil(check * static_cast<double>(all.size())));
        if (kept == all.size()) {
          throw Error(ErrorKind::usage, "nothing is left of the validation data beside the check",
                      {"", 0, "check"}, "give more validation data, or a smaller --check");
        }
        check_ = part_of(data.validation->pass(std::span(all).first(kept)), rows);
      }
      validation_ = part_of(data.validation->pass(std::span(all).subspan(kept)), rows);
    }
    // What occurs anywhere is the table; ids are numbered anew by it.
    if (!rows.empty()) {
      rows_ = std::get<0>(at::_unique(at::cat(rows)));
      for (Part& part : steps_) renumber(part);
      if (steps == 0) renumber(all_);
      if (validates) renumber(validation_);
      if (check > 0) renumber(check_);
    }
  }

  /// Trained parameters, the table's rows gathered; what does not move is kept beside.
  Params start() {
    const Params all =
        gathered(learner_.model(),
                 learner_.init(stream(learner_.config().train.seed, Stream::parameters)), rows_);
    const auto moves = [&](const std::string& name) {
      return learner_.method().trains(learner_.model(), name);
    };
    still_ = all.where([&](const std::string& name) { return !moves(name); });
    return all.where(moves);
  }

  /// The losses of the first `count` texts of a part. @return [count]
  Tensor losses(const Params& params, const Part& part, std::int64_t count,
                const Context& context) const {
    const Tensor logs = at::log_softmax(scores(params, part, count, context), -1);
    return logs.gather(1, part.classes.narrow(0, 0, count).unsqueeze(1)).squeeze(1).neg();
  }

  Tensor step_loss(const Params& params, const Hyper& hyper, std::int64_t t) const {
    check_interrupt();
    const Part& part = steps_[static_cast<std::size_t>(t)];
    const Tensor& size = hyper.at("batch_size");
    const auto b = size.item<double>();
    const auto whole = static_cast<std::int64_t>(std::ceil(b)) - 1;
    Context context = learner_.context();
    context.training = true;
    context.key = key_.fold(static_cast<std::uint64_t>(t));
    const Tensor each = weighed_losses(params, hyper, part, whole + 1, context);
    const Tensor last = size - static_cast<double>(whole);
    return (each.narrow(0, 0, whole).sum() + last * each[whole]) / size + penalty(params, hyper);
  }

  /// What an implicit estimator supposes to be at its minimum: the mean over all training examples.
  Tensor whole_loss(const Params& params, const Hyper& hyper) const {
    check_interrupt();
    Context context = learner_.context();
    context.training = true;
    context.key = key_;
    return weighed_losses(params, hyper, all_, all_.batch.units, context).mean() +
           penalty(params, hyper);
  }

  Tensor check_loss(const Params& params) const {
    return losses(params, check_, check_.batch.units, learner_.context()).mean();
  }

  const Tensor& rows() const { return rows_; }

  Tensor validation_loss(const Params& params) const {
    return losses(params, validation_, validation_.batch.units, learner_.context()).mean();
  }

  /// 1 - the mean probability of the true class, at this temperature.
  Tensor validation_error(const Params& params, double temperature) const {
    const Tensor scored = scores(params, validation_, validation_.batch.units, learner_.context());
    const Tensor shares = at::softmax(scored / temperature, -1);
    return 1 - shares.gather(1, validation_.classes.unsqueeze(1)).mean();
  }

 private:
  /// The losses that training counts of the first `count` texts of a part. @return [count]
  Tensor weighed_losses(const Params& params, const Hyper& hyper, const Part& part,
                        std::int64_t count, const Context& context) const {
    Tensor scored = scores(params, part, count, context);
    if (const Tensor* temperature = hyper.find("temperature")) scored = scored / *temperature;
    const Tensor logs = at::log_softmax(scored, -1);
    const Tensor truth = part.classes.narrow(0, 0, count);
    Tensor each = logs.gather(1, truth.unsqueeze(1)).squeeze(1).neg();
    if (const Tensor* smoothing = hyper.find("label_smoothing")) {
      each = (1 - *smoothing) * each - *smoothing * logs.mean(-1);
    }
    const auto weigh = [&](const char* name, const Tensor& by) {
      const Tensor* weights = hyper.find(name);
      if (weights != nullptr) each = each * weights->index_select(0, by.narrow(0, 0, count));
    };
    weigh("class_weight", part.classes);
    weigh("domain_weight", part.domains);
    weigh("example_weight", part.places);
    return each;
  }

  /// l2, one for all words or one for each, times the squares of their vectors.
  Tensor penalty(const Params& params, const Hyper& hyper) const {
    const Tensor* l2 = hyper.find("l2");
    if (l2 == nullptr) return at::zeros({}, params.begin()->second.options());
    const Tensor squares = params.at(learner_.model().table()).square().sum(1);
    return (*l2 * squares).sum();
  }

  Part training_part(const TuningData& data, std::span<const std::int64_t> places,
                     std::vector<Tensor>& rows) const {
    Part part = part_of(data.train->pass(places), rows);
    part.places = tensor_of(std::vector<std::int64_t>(places.begin(), places.end()));
    if (data.domains.empty()) return part;
    std::vector<std::int64_t> domains;
    for (const std::int64_t place : places) {
      domains.push_back(data.domain_of[static_cast<std::size_t>(place)]);
    }
    part.domains = tensor_of(domains);
    return part;
  }

  Part part_of(const Record& record, std::vector<Tensor>& rows) const {
    Part part{record.query, record.query_targets.classes.flatten(), {}, {}};
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
  Part all_;  ///< where the loss of all examples is wanted
  Part validation_;
  Part check_;  ///< the rest of the validation data
  Tensor rows_;
  Params still_;
};

TuningProblem::~TuningProblem() = default;

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

TuningProblem::TuningProblem(const Learner& learner, const TuningData& data,
                             std::vector<TunedHyperparameter> tuned, const TuneOptions& options)
    : tuned_(std::move(tuned)), dtype_(learner.dtype()) {
  check_tunable(learner);
  const TrainOptions& train = learner.config().train;
  const std::int64_t examples = data.train->examples();
  double largest = static_cast<double>(train.batch);
  for (TunedHyperparameter& one : tuned_) {
    if (one.of.name == "batch_size") {
      one.of.high = std::min(one.of.high, static_cast<double>(examples));
      largest = one.of.high;
      if (one.start <= largest) continue;
    }
    if (one.of.name == "l2" && learner.model().table().empty()) {
      throw Error(ErrorKind::usage,
                  cat("encoder '", learner.config().encoder.name, "' has no word vectors for l2"),
                  {"", 0, "hyper"});
    }
    if (solves(options)) check_at_optimum(one);
    if (one.of.name != "batch_size") continue;
    throw Error(ErrorKind::usage,
                cat("the batch size starts at ", shortest(one.start), ", and there are ", examples,
                    " training examples"),
                {"", 0, "hyper"}, "start with a smaller one");
  }
  largest = std::min(std::ceil(largest), static_cast<double>(examples));
  const bool validates = options.objective.starts_with("validation");
  if (validates &&
      (data.validation == nullptr || data.validation->examples() <= std::ssize(data.overlap))) {
    throw Error(
        ErrorKind::usage, cat("the objective ", options.objective, " needs validation data"),
        {"", 0, "objective"}, "give --validation or --holdout, or use --objective mean-train-loss");
  }
  if (solves(options) && !validates) {
    throw Error(
        ErrorKind::usage,
        cat("an implicit estimator sees the end of a training alone, not ", options.objective),
        {"", 0, "objective"}, "use --objective validation-loss, or --estimator reverse");
  }
  if (options.check > 0 && !validates) {
    throw Error(ErrorKind::usage,
                cat("a check is of validation data, which ", options.objective, " does not read"),
                {"", 0, "check"}, "use --objective validation-loss, or leave out --check");
  }
  const std::int64_t steps = solves(options) ? 0 : options.inner_steps;
  const auto texts =
      std::make_shared<Texts>(learner, data, steps, static_cast<std::int64_t>(largest), validates,
                              validates ? options.check : 0);
  const Params first = texts->start();
  inner_.start = starting_at(first);
  texts_ = texts;
  inner_.steps = steps;
  inner_.transform = tuned_transform(learner, options, tuned_);
  if (solves(options)) {
    inner_.optimised = [texts](const Params& params, const Hyper& hyper) {
      return texts->whole_loss(params, hyper);
    };
  }
  extent_ = {steps,
             examples,
             learner.labels(),
             data.domains,
             first.names(),
             learner.model().table(),
             texts->rows(),
             &learner.vocabulary()};
  for (TunedHyperparameter& one : tuned_) {
    entries_.push_back(entries_of(one, extent_));
    std::int64_t numbers = 0;
    for (const HyperEntry& entry : entries_.back()) numbers += c10::multiply_integers(entry.shape);
    one.numbers = static_cast<std::size_t>(numbers);
  }
  inner_.loss = [texts](const Params& params, const Hyper& hyper, std::int64_t t) {
    return texts->step_loss(params, hyper, t);
  };
  const auto keep = [&](const char* name, double value) {
    if (!tunes(name)) inner_.fixed.set(name, constant(value));
  };
  keep("learning_rate", train.learning_rate);
  keep("batch_size", largest);
  keep("momentum", hyperparameter_named("momentum").otherwise);
  // Beside a decay a word the other parameters have the configured one.
  if (!tunes_one("weight_decay") && (train.weight_decay > 0 || tunes("weight_decay"))) {
    inner_.fixed.set("weight_decay", constant(train.weight_decay));
  }
  objective_ = objective_of(options.objective, inner_.steps);
  if (options.objective == "validation-loss") {
    objective_.loss = [texts](const Params& params, const Hyper&) {
      return texts->validation_loss(params);
    };
  }
  if (options.objective == "validation-accuracy") {
    const double temperature = options.accuracy_temperature;
    objective_.loss = [texts, temperature](const Params& params, const Hyper&) {
      return texts->validation_error(params, temperature);
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
  return finite(texts_->check_loss(params), "the loss of the check");
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
