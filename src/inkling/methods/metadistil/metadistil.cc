#include "inkling/methods/metadistil/metadistil.h"

#include "inkling/methods/metadistil/pilot.h"
#include "inkling/methods/supervised/supervised.h"
#include "inkling/nn/bag.h"
#include "inkling/nn/layers.h"

namespace inkling::metadistil {
namespace {

constexpr const char* kPrefix = "teacher.";
constexpr const char* kBias = "teacher.bias";
constexpr const char* kTemperature = "teacher.log_temperature";
/// Streams of random choices.
constexpr std::uint64_t kQuiz = 0x7175697a;
constexpr std::uint64_t kLabels = 0x6c6162656c;

bool of_teacher(std::string_view name) {
  return name.starts_with(kPrefix);
}

Tensor scores_of(const Network& model, const Params& params, const Batch& batch,
                 const Context& context) {
  return model.score(params, model.encode(params, batch, context), context);
}

/// What a step of one record reads.
struct Step {
  const Network& model;
  const Record& record;
  const Context& context;
};

/// @return [E, U, C]
Tensor teacher_scores(const Params& params, const Step& step, const Tensor& like) {
  const Batch& batch = step.record.query;
  const Tensor& bias = params.at(kBias);
  Tensor scores = bias.reshape({1, 1, -1}).expand({batch.episodes, batch.units, -1});
  if (const Tensor* table = params.find(kPrefix + step.model.table())) {
    scores = scores + bag(*table, batch);
  }
  if (bias.size(0) == 1 && like.size(-1) == 2)
    scores = at::cat({at::zeros_like(scores), scores}, -1);
  constexpr double kLeast = 1e-30;
  const Tensor& shares = step.record.query_targets.shares;
  return shares.defined() ? scores + shares.clamp_min(kLeast).log() : scores;
}

/// The student's loss of each episode, its units weighed as the targets say. @return [E]
Tensor weighed(const Tensor& losses, const Tensor& scores, const Targets& targets) {
  Tensor all = losses;
  if (targets.shares.defined() && targets.labelled.defined()) {
    all = targets.labelled * unit_cross_entropy(scores, targets.classes) +
          (1 - targets.labelled) * all;
  }
  if (targets.weights.defined()) all = all * targets.weights;
  return all.mean(-1);
}

class MetaDistil : public Method {
 public:
  explicit MetaDistil(const Options& options)
      : options_(options), tuning_(supervised::make(options)), traits_(tuning_->traits()) {
    traits_.clean = options.quiz_batch;
    traits_.regression = false;
  }

  const Traits& traits() const override { return traits_; }
  Hyper hyper(at::ScalarType dtype) const override { return tuning_->hyper(dtype); }

  Params init(const Network& model, Key key) const override {
    Params made = model.init(key);
    const Tensor* head = made.find("head.bias");
    const std::int64_t columns = head == nullptr ? 1 : head->size(-1);
    const auto like = made.begin()->second.options();
    if (const Tensor* table = model.table().empty() ? nullptr : made.find(model.table())) {
      made.set(kPrefix + model.table(), at::zeros({table->size(0), columns}, like));
    }
    made.set(kBias, at::zeros({columns}, like));
    if (options_.learn_temperature) made.set(kTemperature, at::zeros({}, like));
    return made;
  }

  bool trains(const Network& model, const std::string& name) const override {
    return of_teacher(name) ? options_.teacher_speed > 0 : model.trainable(name);
  }
  double speed(const std::string& name) const override {
    return of_teacher(name) ? options_.teacher_speed : 1;
  }

  Tensor meta_loss(const Network& model, const Params& meta, const Record& record,
                   const Context& context) const override {
    return lesson(meta, meta, {model, record, context});
  }

  MetaGradient meta_gradient(const Network& model, const Params& meta, const Record& record,
                             const Context& context) const override {
    const Step step{model, record, context};
    const torch::autograd::AutoGradMode on(true);
    const auto moves = [&](const std::string& name) { return meta.at(name).requires_grad(); };
    const Params teacher = meta.where(of_teacher);
    const Params student =
        meta.where([&](const std::string& name) { return !of_teacher(name) && moves(name); });
    const Tensor losses = lesson(meta, detached(teacher), step);
    const Params slope = student.with(gradients(losses.sum(), student.tensors(), false));
    Params of_teacher_found = teacher.map(
        [](const std::string&, const Tensor& value) { return at::zeros_like(value).detach(); });
    if (record.support.units > 0 && options_.teacher_speed > 0) {
      for (std::int64_t e = 0; e < record.episodes(); ++e) {
        of_teacher_found = of_teacher_found + feedback(meta, student, teacher, step, e);
      }
    }
    MetaGradient found{losses.detach(), {}};
    for (const std::string& name : meta.names()) {
      if (!moves(name)) continue;
      found.gradients.push_back(of_teacher(name) ? of_teacher_found.at(name) : slope.at(name));
    }
    return found;
  }

  std::vector<Tensor> curve(const Network& model, const Params& meta, const Record& record,
                            const Context& context) const override {
    return tuning_->curve(model, own(meta), record, context);
  }
  Tensor answer(const Network& model, const Params& meta, const Record& record,
                const Context& context) const override {
    return tuning_->answer(model, own(meta), record, context);
  }
  Adapted adapt(const Network& model, const Params& meta, const Record& record,
                const Context& context) const override {
    return tuning_->adapt(model, own(meta), record, context);
  }

 private:
  /// The student's parameters alone.
  static Params own(const Params& meta) {
    return meta.where([](const std::string& name) { return !of_teacher(name); });
  }

  /// The student's loss on the teacher's targets. @return [E]
  static Tensor lesson(const Params& student, const Params& teacher, const Step& step) {
    const Targets& targets = step.record.query_targets;
    const Tensor scores = scores_of(step.model, student, step.record.query, step.context);
    Tensor temperature = at::scalar_tensor(targets.temperature, scores.options());
    if (const Tensor* learned = teacher.find(kTemperature)) {
      temperature = temperature * learned->exp();
    }
    const Tensor shares = teacher_scores(teacher, step, scores).softmax(-1);
    return weighed(distillation_loss(scores, shares, temperature), scores, targets);
  }

  /// The gradient of episode e's quiz with respect to the teacher.
  Params feedback(const Params& meta, const Params& student, const Params& teacher,
                  const Step& step, std::int64_t e) const {
    Context of_quiz = step.context;
    of_quiz.key = step.context.key.fold(kQuiz);
    const auto with = [&](const Params& params) { return meta.merged(params); };
    const Quiz quiz = [&](const Params& params) {
      const Tensor scores = scores_of(step.model, with(params), step.record.support, of_quiz);
      return step.model.loss(scores, step.record.support_targets, of_quiz)[e];
    };
    if (options_.feedback == "soft") {
      const Lesson own_lesson = [&](const Params& params, const Params& of) {
        return lesson(with(params), of, step)[e];
      };
      return pilot_feedback(own_lesson, quiz, student, teacher, options_.pilot_rate).teacher;
    }
    const Params tracked = leaves(teacher);
    const Tensor like = scores_of(step.model, meta, step.record.query, step.context).detach();
    const Tensor likely = at::log_softmax(teacher_scores(tracked, step, like), -1);  // [E, U, C]
    const Tensor labels = drawn(likely.detach().exp(), step.context.key.fold(kLabels));
    const auto on_labels = [&](const Params& params) {
      const Tensor scores = scores_of(step.model, with(params), step.record.query, step.context);
      return weighed(unit_cross_entropy(scores, labels), scores, step.record.query_targets)[e];
    };
    const double rise = pilot_rise(on_labels, quiz, student, options_.pilot_rate);
    const Tensor drawn_likely = likely.gather(-1, labels.unsqueeze(-1)).squeeze(-1)[e].mean();
    return teacher.with(gradients(rise * drawn_likely, tracked.tensors(), false));
  }

  /// A class of each unit, by its probabilities. @return int64 [E, U]
  static Tensor drawn(const Tensor& shares, Key key) {
    const Tensor at =
        uniform(key, shares.sizes().slice(0, 2), 0, 1, shares.options()).unsqueeze(-1);
    const Tensor below = shares.cumsum(-1).narrow(-1, 0, shares.size(-1) - 1).le(at);
    return below.sum(-1);
  }

  Options options_;
  std::unique_ptr<Method> tuning_;
  Traits traits_;
};

}  // namespace

std::unique_ptr<Method> make(const Options& options) {
  return std::make_unique<MetaDistil>(options);
}

}  // namespace inkling::metadistil
