#include "inkling/train/session.h"

#include <algorithm>

#include "inkling/base/error.h"
#include "inkling/base/progress.h"
#include "inkling/base/strings.h"
#include "inkling/data/pool.h"
#include "inkling/methods/method_registry.h"
#include "inkling/tasks/task_registry.h"
#include "inkling/train/baselines.h"
#include "inkling/train/descriptions.h"
#include "inkling/train/evaluation.h"
#include "inkling/train/fixed_tasks.h"
#include "inkling/train/none_of_the_above.h"
#include "inkling/train/streams.h"

namespace inkling {
namespace {

/// Whether every example is scored once, and not episodes: one data set and no support.
bool whole_split(const Learner& learner) {
  return learner.task().reads_text() && learner.tasks_by() == TasksBy::single &&
         learner.test_shape().shots == 0;
}

EpisodeShape examples_alone() {
  return {0, 0, 0};
}

/// Whether a share of the training data serves for validation.
bool holds_out(const DataOptions& data) {
  return data.validation.empty() && data.validation_values.empty() && data.holdout > 0;
}

/// With nothing held out, the examples in the order of the data.
TrainingSplits unsplit(const RunConfig& config, const Sentences& hidden = {}) {
  RunConfig whole = config;
  whole.data.holdout = 0;
  return training_splits(whole, hidden);
}

/// The places of `more` in `names`, at whose end those go that are not there.
std::vector<std::int32_t> places_in(std::vector<std::string>& names,
                                    const std::vector<std::string>& more) {
  std::vector<std::int32_t> places;
  for (const std::string& name : more) {
    const auto found = std::ranges::find(names, name);
    places.push_back(static_cast<std::int32_t>(found - names.begin()));
    if (found == names.end()) names.push_back(name);
  }
  return places;
}

/// The examples of both.
TextSplit joined(TextSplit a, const TextSplit& b) {
  const std::vector<std::int32_t> labels = places_in(a.labels, b.labels);
  const std::vector<std::int32_t> groups = places_in(a.groups, b.groups);
  const auto place = [](const std::vector<std::int32_t>& places, std::int32_t at) {
    return places.empty() ? at : places[static_cast<std::size_t>(at)];
  };
  const std::int64_t before = std::ssize(a.texts);
  for (PoolExample example : b.pool) {
    example.index += before;
    example.label = place(labels, example.label);
    example.group = place(groups, example.group);
    a.pool.push_back(example);
  }
  if (!a.whole.empty() || !b.whole.empty()) {
    std::vector<std::string> whole;
    for (const TextSplit* split : std::initializer_list<const TextSplit*>{&a, &b}) {
      for (std::size_t i = 0; i < split->texts.size(); ++i) whole.push_back(sentence_of(*split, i));
    }
    a.whole = std::move(whole);
  }
  a.texts.insert(a.texts.end(), b.texts.begin(), b.texts.end());
  return a;
}

/// Of what is trained on, with a label or without.
TextSplit all_texts(const TrainingSplits& splits) {
  TextSplit all;
  all.texts = splits.train.texts;
  all.texts.insert(all.texts.end(), splits.unlabelled.texts.begin(), splits.unlabelled.texts.end());
  return all;
}

/// `config` with what its task reads off the training data where that is not given.
RunConfig with_learned_options(const RunConfig& config, const TextData& train) {
  const auto task = make_task(config.task.name, config.task.options);
  ConfigValues values = config_values(config);
  bool changed = false;
  for (const auto& [name, value] : task->learned_options(train)) {
    if (!values["task"][name].empty()) continue;
    values["task"][name] = value;
    changed = true;
  }
  return changed ? config_from_values(values) : config;
}

}  // namespace

TrainingSplits usable_splits(const RunConfig& config, const Sentences& hidden) {
  TrainingSplits splits = training_splits(config, hidden);
  if (!holds_out(config.data)) return splits;
  const TasksBy by = tasks_by_named(config.data.tasks_by);
  const Traits traits = make_method(config.method.name, config.method.options)->traits();
  EpisodeShape shape = shape_of(config.episodes);
  shape.ways = test_ways(config);
  const bool of_episodes = traits.episodic || (by == TasksBy::label && !traits.self_supervised);
  const bool usable =
      of_episodes ? holds_episodes(splits.validation, by, shape) : !splits.validation.pool.empty();
  if (usable) return splits;
  return unsplit(config, hidden);
}

TrainingSplits whole_splits(const RunConfig& config) {
  if (holds_out(config.data) && config.data.flip_labels == 0) return unsplit(config);
  const TrainingSplits splits = usable_splits(config);
  return {joined(splits.train, splits.validation), {}, splits.unlabelled};
}

TrainingSession::TrainingSession(const RunConfig& config, Workers& workers, Data data,
                                 const TrainedModel* start) {
  check_capable(config);
  const bool text = make_task(config.task.name, config.task.options)->reads_text();
  if (text) {
    const bool all = data == Data::all;
    splits_ = all ? whole_splits(config) : usable_splits(config);
    if (!all && holds_out(config.data) && splits_.validation.pool.empty()) {
      log_warning(
          "too few examples to hold some out for validation: training goes on without (give "
          "--validation)");
    }
  }
  make(config, text, start, workers);
}

TrainingSession::TrainingSession(const RunConfig& config, TrainingSplits splits, Workers& workers,
                                 const TrainedModel* start)
    : splits_(std::move(splits)) {
  check_capable(config);
  make(config, true, start, workers);
}

void TrainingSession::make(const RunConfig& config, bool text, const TrainedModel* start,
                           Workers& workers) {
  if (start == nullptr && !config.train.start.empty()) {
    throw Error(ErrorKind::internal, "a training was not given the model that it starts at");
  }
  if (start != nullptr) check_start(config, *start);
  std::optional<Vocabulary> vocabulary;
  if (text) {
    vocabulary = start != nullptr ? start->learner->vocabulary()
                                  : vocabulary_of(all_texts(splits_), config, workers.threads());
    train_data_ =
        tokenised_with_descriptions(splits_.train, config, *vocabulary, workers.threads());
  }
  learner_ = std::make_unique<const Learner>(with_learned_options(config, train_data_),
                                             std::move(vocabulary), splits_.train.labels);
  if (start != nullptr) {
    start_ = starting_point(*learner_, *start);
    log_info(cat("starts at ", start_->from, ": ", start_->taken));
  }
  if (text) {
    validation_data_ = tokenised_with_descriptions(splits_.validation, config,
                                                   learner_->vocabulary(), workers.threads());
    unlabelled_data_ = tokenised(splits_.unlabelled, learner_->vocabulary(), workers.threads());
    unlabelled_data_.labels = splits_.train.labels;
  }
  const bool passes = text && !learner_->method().traits().episodic;
  const EpisodeShape shape = passes ? examples_alone() : learner_->shape();
  train_ = learner_->source(text ? &train_data_ : nullptr, shape,
                            stream(config.train.seed, Stream::episodes));
  if (!text || !validation_data_.pool.empty()) {
    EpisodeShape each = learner_->shape();
    each.ways = learner_->test_shape().ways;
    validation_ = learner_->source(text ? &validation_data_ : nullptr,
                                   validates_whole(*learner_) ? examples_alone() : each,
                                   stream(config.train.seed, Stream::validation));
  }
  if (passes && !unlabelled_data_.pool.empty()) {
    unlabelled_ = learner_->source(&unlabelled_data_, examples_alone(), Key{});
  }
}

TrainingOutcome TrainingSession::run(const std::filesystem::path& folder, bool resume,
                                     Workers& workers,
                                     std::optional<std::int64_t> validate_every) const {
  TrainingSetup setup;
  setup.train = train_.get();
  setup.validation = validation_.get();
  setup.unlabelled = unlabelled_.get();
  if (start_) setup.first = &start_->first;
  setup.folder = folder;
  setup.resume = resume;
  setup.validate_every = validate_every;
  TrainingOutcome outcome = meta_train(*learner_, setup, workers);
  outcome.params = with_fitted_none(*learner_, outcome.params, validation_.get(), workers);
  return outcome;
}

double TrainingSession::calibrated(const Params& meta, Workers& workers) const {
  if (!validation_ || learner_->method().traits().self_supervised) return 1;
  return learner_->task().temperature(validation_results(*learner_, meta, *validation_, workers));
}

TrainedModel TrainingSession::model(TrainingOutcome outcome, double temperature) && {
  TrainedModel model;
  train_.reset();
  validation_.reset();
  unlabelled_.reset();
  model.learner = std::move(learner_);
  model.meta = std::move(outcome.params);
  model.temperature = temperature;
  return model;
}

nlohmann::json evaluation_report(const TrainedModel& model, const TrainingSplits* train,
                                 Workers& workers) {
  const Learner& learner = *model.learner;
  const RunConfig& config = learner.config();
  const bool text = learner.task().reads_text();
  const bool fixed_labels = learner.tasks_by() != TasksBy::label;
  if (config.data.test_support.empty()) check_ways(learner, test_ways(config));
  TextSplit split;
  TextData data;
  if (text) {
    const auto labels = fixed_labels ? learner.labels() : std::vector<std::string>();
    FixedTest fixed;
    if (config.data.test_support.empty()) {
      fixed.split = test_split(config, labels);
    } else {
      fixed = fixed_test(config, labels);
    }
    split = std::move(fixed.split);
    data = tokenised_with_descriptions(split, config, learner.vocabulary(), workers.threads());
    data.fixed = std::move(fixed.tasks);
  }
  const bool given = !data.fixed.parts.empty();
  const bool whole = !given && whole_split(learner);
  const std::int64_t episodes =
      given ? static_cast<std::int64_t>(data.fixed.parts.size()) : config.eval.episodes;
  EpisodeShape shape = whole ? examples_alone() : learner.test_shape();
  if (given) {
    shape.ways = std::ssize(split.labels);
    check_ways(learner, shape.ways);
  }
  const Key key = stream(config.train.seed, Stream::test);
  const auto source = learner.source(text ? &data : nullptr, shape, key);

  Curve curve;
  if (whole) {
    curve = {{pass_results(learner, model.meta, *source, workers)}};
  } else {
    curve = episode_results(learner, model.meta, *source, episodes, workers, config.eval.curve);
    if (given) {
      for (auto& at_step : curve) at_step = whole_tasks(std::move(at_step), data.fixed);
    }
  }
  nlohmann::json report = learner.task().report(
      curve.back(), fixed_labels ? learner.labels() : std::vector<std::string>(), model.temperature,
      config.eval.abstain);
  report["method"] = config.method.name;
  report["encoder"] = config.encoder.name;
  report["task"] = config.task.name;
  report["tasks"] = text ? config.data.tasks_by : "generated";
  report["split"] = config.data.test_values.empty() ? join(config.data.test, ", ")
                                                    : join(config.data.test_values, ", ");
  if (!whole) {
    report["ways"] = shape.ways;
    report["shots"] = shape.shots;
    if (shape.unlabelled > 0) report["unlabelled"] = shape.unlabelled;
    if (shape.distractors > 0) report["distractors"] = shape.distractors;
  }
  if (learner.method().traits().transductive) report["transductive"] = true;
  if (config.eval.curve && curve.size() > 1) report["curve"] = curve_report(learner.task(), curve);

  BaselineSetup baselines;
  baselines.learner = &learner;
  baselines.test = text ? &data : nullptr;
  baselines.shape = shape;
  // They learn from labels: the same episodes, without the rest.
  baselines.shape.unlabelled = baselines.shape.distractors = 0;
  baselines.key = key;
  baselines.episodes = whole ? 0 : episodes;
  const auto wanted = [&](const char* name) {
    return std::ranges::find(config.eval.baselines, name) != config.eval.baselines.end();
  };
  TrainingSplits read;
  if (text && (wanted("joint") || wanted("ridge") || wanted("majority") || wanted("scratch"))) {
    if (train == nullptr) {
      read = usable_splits(config);
      train = &read;
    }
    baselines.splits = train;
  }
  std::vector<std::string> beside = config.eval.baselines;
  if ((asks_for_none(config) || has_descriptions(config)) && !beside.empty()) {
    log_info("baselines are left out: they answer with a class always, and read no descriptions");
    beside.clear();
  }
  report["baselines"] = baseline_reports(baselines, beside, workers);
  return report;
}

}  // namespace inkling
