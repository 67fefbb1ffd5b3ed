#include "inkling/train/learner.h"

#include <algorithm>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/data/pool.h"
#include "inkling/encoders/encoder_registry.h"
#include "inkling/methods/method_registry.h"
#include "inkling/methods/support.h"
#include "inkling/tasks/task_registry.h"
#include "inkling/tensor/recycled.h"
#include "inkling/train/descriptions.h"
#include "inkling/train/none_of_the_above.h"
#include "inkling/train/task_data.h"

namespace inkling {

namespace {

/// Whether the method learns from units whatever they are, and not from texts one by one.
bool learns_words(const Traits& traits) {
  return !traits.self_supervised && !traits.weighs_words && traits.clean == 0 &&
         traits.unlabelled_ratio == 0;
}

void check_reads_words(const RunConfig& config, const Traits& traits) {
  if (!learns_words(traits)) {
    throw Error(ErrorKind::usage,
                cat(config.method.name, " learns from texts, and task ", config.task.name,
                    " is of the words of sentences"),
                {"", 0, "method"}, cat("use one of: ", methods_that(learns_words)));
  }
  for (const auto& [given, option] :
       {std::pair(config.episodes.unlabelled_shots > 0, "unlabelled-shots"),
        std::pair(config.episodes.natural_queries, "natural-queries")}) {
    if (!given) continue;
    throw Error(ErrorKind::usage, cat("episodes of sentences are drawn without ", option),
                {"", 0, option}, "leave it out");
  }
}

}  // namespace

void check_capable(const RunConfig& config) {
  const Traits traits = make_method(config.method.name, config.method.options)->traits();
  const auto task = make_task(config.task.name, config.task.options);
  if (task->reads_spans()) check_reads_words(config, traits);
  const HeadShape head = task->head(2);
  if (head.loss == LossKind::squared_error && !traits.regression) {
    throw Error(ErrorKind::usage,
                cat(config.method.name, " learns classes, and task ", config.task.name,
                    " asks for numbers"),
                {"", 0, "method"},
                cat("use one of: ", methods_that([](const Traits& t) { return t.regression; })));
  }
  if (config.episodes.unlabelled_shots > 0 && !traits.unlabelled) {
    throw Error(ErrorKind::usage, cat(config.method.name, " learns from labelled examples alone"),
                {"", 0, "unlabelled-shots"}, cat("leave it out, or use ", with_unlabelled()));
  }
  check_none(config);
  check_descriptions(config);
  const bool no_support =
      !has_descriptions(config) && (config.episodes.shots == 0 || test_shots(config) == 0);
  if (no_support && !traits.zero_shot) check_not_empty(config.method.name, {});
}

Learner::Learner(RunConfig config, std::optional<Vocabulary> vocabulary,
                 std::vector<std::string> labels)
    : config_(std::move(config)),
      labels_(std::move(labels)),
      by_(tasks_by_named(config_.data.tasks_by)),
      dtype_(dtype_named(config_.train.dtype)),
      device_(device_named(config_.train.device)),
      task_(make_task(config_.task.name, config_.task.options)),
      method_(make_method(config_.method.name, config_.method.options)) {
  check_capable(config_);
  if (vocabulary) vocabulary_ = std::make_unique<const Vocabulary>(std::move(*vocabulary));
  const bool own_classes = by_ == TasksBy::label && method_->traits().episodic;
  const auto classes = task_->classes(
      own_classes ? std::vector<std::string>(static_cast<std::size_t>(config_.episodes.ways))
                  : labels_);
  model_ = std::make_unique<EncoderNetwork>(
      make_encoder(
          config_.encoder.name, config_.encoder.options,
          {vocabulary_.get(), task_->inputs(), dtype_, task_->reads_pairs(), task_->reads_spans()}),
      task_->head(classes), dtype_);
}

Context Learner::context() const {
  Context context;
  context.hyper = method_->hyper(dtype_).map(
      [&](const std::string&, const Tensor& value) { return value.to(device_); });
  return context;
}

Params Learner::init(Key key) const {
  return method_->init(*model_, key).map([&](const std::string&, const Tensor& value) {
    return value.to(device_);
  });
}

EpisodeShape Learner::shape() const {
  EpisodeShape shape = shape_of(config_.episodes);
  if (task_->reads_text() && by_ != TasksBy::label) {
    shape.ways = static_cast<std::int64_t>(labels_.size());
  }
  return shape;
}

std::vector<float> Learner::frequencies() const {
  if (!method_->traits().weighs_words || !vocabulary_) return {};
  const auto counts = vocabulary_->counts();
  double all = 0;
  for (const std::int64_t count : counts) all += static_cast<double>(count);
  std::vector<float> shares;
  for (const std::int64_t count : counts) {
    shares.push_back(static_cast<float>(static_cast<double>(count) / std::max(1.0, all)));
  }
  return shares;
}

EpisodeShape Learner::test_shape() const {
  EpisodeShape shape = this->shape();
  shape.shots = test_shots(config_);
  if (task_->reads_text() && by_ == TasksBy::label) shape.ways = test_ways(config_);
  return shape;
}

std::unique_ptr<EpisodeSource> Learner::source(const TextData* data, EpisodeShape shape,
                                               Key key) const {
  SourceOptions options;
  options.text = data;
  options.by = by_;
  options.shape = shape;
  options.key = key;
  options.weights = model_->encoder().text_weights();
  options.frequencies = frequencies();
  options.rows = rows();
  options.dtype = dtype_;
  options.device = device_;
  return task_->source(std::move(options));
}

void check_ways(const Learner& learner, std::int64_t ways) {
  const auto any_ways = [](const Traits& traits) {
    return traits.closed_form || traits.class_equivariant || !traits.episodic;
  };
  const std::int64_t known = learner.config().episodes.ways;
  if (learner.tasks_by() != TasksBy::label || any_ways(learner.method().traits()) ||
      ways == known) {
    return;
  }
  throw Error(
      ErrorKind::usage, cat("the model was trained for ", known, " classes a task, not ", ways),
      {"", 0, "ways"},
      cat("train with --ways, or use a method that takes any number: ", methods_that(any_ways)));
}

Params gathered(const Network& model, const Params& params, const Tensor& rows) {
  if (!rows.defined()) return params;
  return params.map([&](const std::string& name, const Tensor& value) {
    if (!has_table_rows(model, name)) return value;
    if (value.requires_grad()) return value.index_select(0, rows);
    auto shape = value.sizes().vec();
    shape[0] = rows.size(0);
    Tensor local = recycled(shape, value.options());
    return at::index_select_out(local, value, 0, rows);
  });
}

Params scattered(const Network& model, const Params& params, const Params& whole,
                 const Tensor& rows) {
  if (!rows.defined()) return params;
  return params.map([&](const std::string& name, const Tensor& value) {
    return has_table_rows(model, name) ? whole.at(name).index_copy(0, rows, value) : value;
  });
}

Params localised(const Learner& learner, const Params& meta, const Record& record,
                 bool differentiate) {
  return gathered(learner.model(), meta, record.rows)
      .map([&](const std::string& name, const Tensor& value) {
        const bool leaf_wanted = differentiate && learner.method().trains(learner.model(), name);
        return leaf_wanted ? leaf(value) : value.detach();
      });
}

}  // namespace inkling
