#include "inkling/distill/teacher_training.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_set>

#include "inkling/base/error.h"
#include "inkling/base/interrupt.h"
#include "inkling/base/progress.h"
#include "inkling/base/strings.h"
#include "inkling/data/splits.h"
#include "inkling/methods/method_registry.h"
#include "inkling/metrics/metrics.h"
#include "inkling/train/evaluation.h"
#include "inkling/train/predictor.h"
#include "inkling/train/session.h"

namespace inkling::distill {
namespace {

std::vector<double> scores_of(const TrainedModel& model, const TextSplit& split, Workers& workers) {
  const TextData data = tokenised(split, model.learner->vocabulary(), workers.threads());
  const auto source = model.learner->source(&data, {0, 0, 0}, Key{});
  return pass_results(*model.learner, model.meta, *source, workers).scores;
}

double mean_loss(const Answers& answers, double temperature) {
  double sum = 0;
  for (std::int64_t i = 0; i < answers.size(); ++i) {
    const auto likely = probabilities(answers.row(i), temperature);
    const auto truth = static_cast<std::size_t>(answers.truth[static_cast<std::size_t>(i)]);
    sum -= std::log(std::max(likely[truth], 1e-300));
  }
  return sum / static_cast<double>(answers.size());
}

/// The answers to all texts, each by a model of the other folds.
class Folds {
 public:
  Folds(const TextSplit& split, std::vector<std::int32_t> fold_of)
      : split_(split), fold_of_(std::move(fold_of)) {}

  std::int32_t count() const {
    return fold_of_.empty() ? 0 : *std::ranges::max_element(fold_of_) + 1;
  }
  TextSplit others(std::int32_t fold) const {
    return part_of(split_, [&](std::size_t i) { return fold_of_[i] != fold; });
  }
  TextSplit of(std::int32_t fold) const {
    return part_of(split_, [&](std::size_t i) { return fold_of_[i] == fold; });
  }

  Answers none_yet() const {
    Answers answers;
    answers.classes = static_cast<std::int32_t>(split_.labels.size());
    answers.scores.resize(split_.pool.size() * split_.labels.size());
    for (const PoolExample& example : split_.pool) answers.truth.push_back(example.label);
    return answers;
  }
  void fill(Answers& answers, std::int32_t fold, const std::vector<double>& scores) const {
    const std::size_t labels = split_.labels.size();
    auto next = scores.begin();
    for (std::size_t i = 0; i < fold_of_.size(); ++i) {
      if (fold_of_[i] != fold) continue;
      std::copy_n(next, labels, answers.scores.begin() + static_cast<std::ptrdiff_t>(i * labels));
      next += static_cast<std::ptrdiff_t>(labels);
    }
  }

 private:
  const TextSplit& split_;
  std::vector<std::int32_t> fold_of_;
};

void calibrate(TaughtTeacher& made, const Answers& answers) {
  made.model.temperature = fit_temperature(std::span(&answers, 1));
  made.accuracy = accuracy(answers);
  for (std::int64_t i = 0; i < answers.size(); ++i) {
    const auto likely = probabilities(answers.row(i), made.model.temperature);
    made.out_of_fold.insert(made.out_of_fold.end(), likely.begin(), likely.end());
  }
}

TaughtTeacher linear(const std::string& kind, const RunConfig& config,
                     const DistillOptions& options, const TextSplit& split, const Folds& folds,
                     Workers& workers) {
  const std::vector<double> penalties = penalties_of(options);
  std::size_t best = penalties.size() / 2;
  std::vector<Answers> answers(penalties.size(), folds.none_yet());
  Progress progress(cat("teacher ", kind), folds.count() + 1);
  for (std::int32_t fold = 0; fold < folds.count(); ++fold) {
    LinearFit fit(kind, config, options, folds.others(fold), workers);
    const TextSplit held = folds.of(fold);
    for (std::size_t p = 0; p < penalties.size(); ++p) {
      check_interrupt();
      folds.fill(answers[p], fold, scores_of(fit.at(penalties[p]), held, workers));
    }
    progress.update(fold + 1);
  }
  if (folds.count() > 0) {
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t p = 0; p < penalties.size(); ++p) {
      const double loss = mean_loss(answers[p], fit_temperature(std::span(&answers[p], 1)));
      if (loss < least) {
        least = loss;
        best = p;
      }
    }
  }
  TaughtTeacher made;
  made.model = LinearFit(kind, config, options, split, workers).at(penalties[best]);
  made.penalty = penalties[best];
  if (folds.count() > 0) calibrate(made, answers[best]);
  return made;
}

/// The configuration of a teacher that is trained by steps: what a file says, on this data.
RunConfig trained_config(const std::string& kind, const RunConfig& config) {
  const ConfigValues ours = config_values(config);
  ConfigValues values = {{"method", {{"name", "supervised"}}}};
  if (kind == "average") {
    values["encoder"] = {{"name", "average"}};
    values["train"] = {{"steps", "1000"}, {"learning-rate", "0.005"}};
  } else {
    values = merged(values, read_config(kind));
  }
  for (const char* section : {"data", "format"}) values[section] = ours.at(section);
  values = merged(values, {{"episodes", {{"shots", "0"}}},
                           {"train",
                            {{"seed", ours.at("train").at("seed")},
                             {"threads", ours.at("train").at("threads")},
                             {"validate-every", "0"}}}});
  return config_from_values(values);
}

TrainedModel trained(const RunConfig& config, const TextSplit& split, Workers& workers) {
  const auto first = Starts(workers).of(config);
  TrainingSession session(config, TrainingSplits{split, {}}, workers, first.get());
  TrainingOutcome outcome = session.run({}, false, workers);
  return std::move(session).model(std::move(outcome), 1);
}

std::vector<Labelled> labelled(const TextSplit& split) {
  std::vector<Labelled> all;
  for (std::size_t i = 0; i < split.pool.size(); ++i) {
    all.push_back({split.texts[i], split.labels[static_cast<std::size_t>(split.pool[i].label)]});
  }
  return all;
}

/// Meta-trained on the file's own data, adapted to the labelled texts.
TaughtTeacher adapted(RunConfig own, const RunConfig& config, const TextSplit& split,
                      const Folds& folds, const Sentences& hidden, Workers& workers) {
  own.train.seed = config.train.seed;
  own.train.threads = config.train.threads;
  const auto first = Starts(workers, hidden).of(own);
  TrainingSession session(own, usable_splits(own, hidden), workers, first.get());
  TrainingOutcome outcome = session.run({}, false, workers);
  const double temperature = session.calibrated(outcome.params, workers);
  const auto base =
      std::make_shared<TrainedModel>(std::move(session).model(std::move(outcome), temperature));
  const auto adapt = [&](const TextSplit& to) { return model_state(base)->adapt(labelled(to)); };
  TaughtTeacher made;
  made.adapted = adapt(split);
  Answers answers = folds.none_yet();
  for (std::int32_t fold = 0; fold < folds.count(); ++fold) {
    const auto without = adapt(folds.others(fold));
    std::vector<double> scores;
    for (const Prediction& answer : without->predict(folds.of(fold).texts)) {
      for (const std::string& label : split.labels) {
        const auto found =
            std::ranges::find(answer.scores, label, [](const auto& s) { return s.first; });
        scores.push_back(found == answer.scores.end() ? 0 : found->second);
      }
    }
    folds.fill(answers, fold, scores);
  }
  if (folds.count() > 0) {
    made.accuracy = accuracy(answers);
    made.out_of_fold = std::move(answers.scores);
  }
  return made;
}

}  // namespace

std::vector<std::int32_t> fold_of_each(const TextSplit& split, std::int64_t folds,
                                       std::int64_t seed) {
  std::vector<std::unordered_set<std::uint64_t>> texts(split.labels.size());
  for (const PoolExample& example : split.pool) {
    texts[static_cast<std::size_t>(example.label)].insert(example.text);
  }
  for (const auto& of : texts) folds = std::min(folds, static_cast<std::int64_t>(of.size()));
  if (folds < 2) return {};
  Dataset places;
  for (const PoolExample& example : split.pool) {
    Example made;
    made.text = std::to_string(example.text);
    made.label = std::to_string(example.label);
    places.examples.push_back(std::move(made));
  }
  SplitRule rule;
  rule.fractions.assign(static_cast<std::size_t>(folds), 1 / static_cast<double>(folds));
  rule.seed = static_cast<std::uint64_t>(seed);
  std::vector<std::int32_t> fold_of(split.pool.size(), 0);
  const auto parts = split_places(places, rule);
  for (std::size_t part = 0; part < parts.size(); ++part) {
    for (const std::int64_t place : parts[part]) {
      fold_of[static_cast<std::size_t>(place)] = static_cast<std::int32_t>(part);
    }
  }
  return fold_of;
}

TaughtTeacher taught(const std::string& kind, const RunConfig& config,
                     const DistillOptions& options, const TextSplit& split, const Sentences& hidden,
                     Workers& workers) {
  const Folds folds(split, fold_of_each(split, options.folds, config.train.seed));
  if (folds.count() == 0) {
    log_info(cat("the teacher ", kind, " is not calibrated: there are no folds of the labels"));
  }
  if (is_linear(kind)) return linear(kind, config, options, split, folds, workers);
  if (kind.ends_with(".toml")) {
    const RunConfig asked = config_from_values(read_config(kind));
    if (make_method(asked.method.name, asked.method.options)->traits().episodic) {
      return adapted(asked, config, split, folds, hidden, workers);
    }
  }
  const RunConfig own = trained_config(kind, config);
  Answers answers = folds.none_yet();
  for (std::int32_t fold = 0; fold < folds.count(); ++fold) {
    log_info(cat("the teacher ", kind, " without fold ", fold + 1, " of ", folds.count()));
    const TrainedModel model = trained(own, folds.others(fold), workers);
    folds.fill(answers, fold, scores_of(model, folds.of(fold), workers));
  }
  TaughtTeacher made;
  made.model = trained(own, split, workers);
  if (folds.count() > 0) calibrate(made, answers);
  return made;
}

}  // namespace inkling::distill
