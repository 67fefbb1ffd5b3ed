#include "inkling/train/baselines.h"

#include <algorithm>
#include <memory>

#include "inkling/data/pool.h"
#include "inkling/methods/parts.h"
#include "inkling/metrics/centroid.h"
#include "inkling/metrics/sif.h"
#include "inkling/train/meta_training.h"
#include "inkling/train/streams.h"

namespace inkling {
namespace {

/// The configuration with supervised training in place of its method.
RunConfig supervised_config(const RunConfig& config, const ConfigValues& changes) {
  ConfigValues values = merged(config_values(config),
                               {{"episodes", {{"unlabelled-shots", "0"}, {"distractors", "0"}}}});
  values["method"] = {{"name", "supervised"}};
  for (const auto& [section, fields] : changes) {
    for (const auto& [field, text] : fields) values[section][field] = text;
  }
  return config_from_values(values);
}

double product(std::span<const TfIdf::Entry> a, std::span<const TfIdf::Entry> b) {
  double sum = 0;
  for (std::size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    if (a[i].id == b[j].id) {
      sum += static_cast<double>(a[i++].weight) * static_cast<double>(b[j++].weight);
    } else if (a[i].id < b[j].id) {
      ++i;
    } else {
      ++j;
    }
  }
  return sum;
}

/// <a, b> of the texts at these places. @return [A, B]
Tensor products(const TfIdf& vectors, std::span<const std::int64_t> a,
                std::span<const std::int64_t> b) {
  std::vector<double> all;
  for (const std::int64_t i : a) {
    for (const std::int64_t j : b) all.push_back(product(vectors[i], vectors[j]));
  }
  return tensor_of(all).reshape(
      {static_cast<std::int64_t>(a.size()), static_cast<std::int64_t>(b.size())});
}

/// Ridge regression from TF-IDF vectors to one-hot classes, in its dual form.
void score_by_ridge(const TfIdf& vectors, double lambda, const Episode& episode,
                    EpisodeResult& result) {
  const torch::autograd::AutoGradMode off(false);
  const Tensor gram = products(vectors, episode.support, episode.support);
  const Tensor classes = tensor_of(
      std::vector<std::int64_t>(episode.support_classes.begin(), episode.support_classes.end()));
  const Tensor goal = members(classes, result.outputs, at::kDouble);
  const Tensor dual = at::linalg_solve(gram + lambda * at::eye(gram.size(0), gram.options()), goal);
  const Tensor scores =
      at::matmul(products(vectors, episode.query, episode.support), dual).contiguous();
  result.scores.assign(scores.const_data_ptr<double>(),
                       scores.const_data_ptr<double>() + scores.numel());
}

class Baselines {
 public:
  Baselines(const BaselineSetup& setup, Workers& workers) : setup_(setup), workers_(workers) {}

  /// Empty where the baseline makes no sense for the task.
  std::vector<EpisodeResult> results(const std::string& name) {
    if (name == "scratch") return scratch();
    if (setup_.test == nullptr) return {};
    // The rest are of texts.
    if (setup_.learner->task().reads_spans() && name != "joint") return {};
    if (name == "majority") return majority();
    const bool has_support = setup_.shape.shots > 0 && setup_.episodes > 0;
    if (name == "centroid" && has_support) return centroid();
    if (name == "sif" && has_support) return sif();
    if (name == "ridge" && has_support) return ridge();
    const bool trains = setup_.splits != nullptr && !setup_.splits->train.pool.empty() &&
                        setup_.splits->train.labels.size() != 1;
    if (name == "joint" && trains) return joint();
    return {};
  }

 private:
  /// One result an episode by a rule that gives scores from the episode alone.
  template <class Rule>
  std::vector<EpisodeResult> by_episode(const TextData& data, Key key, std::int64_t count,
                                        const Rule& rule) {
    const FixedTasks& fixed = data.fixed;
    std::optional<EpisodeSampler> sampler;
    if (fixed.parts.empty()) {
      sampler.emplace(data.pool, setup_.learner->tasks_by(), setup_.shape, data.labels,
                      data.groups);
    }
    std::vector<EpisodeResult> results(static_cast<std::size_t>(count));
    workers_.run(count, [&](std::int64_t i) {
      const Episode episode = sampler ? sampler->at(key, static_cast<std::uint64_t>(i))
                                      : fixed.parts[static_cast<std::size_t>(i)];
      EpisodeResult& result = results[static_cast<std::size_t>(i)];
      result.outputs = static_cast<std::int64_t>(episode.labels.size());
      result.truth.assign(episode.query_classes.begin(), episode.query_classes.end());
      rule(episode, result);
    });
    return results;
  }
  /// The same of the test episodes.
  template <class Rule>
  std::vector<EpisodeResult> by_episode(const Rule& rule) {
    return by_episode(*setup_.test, setup_.key, setup_.episodes, rule);
  }

  /// The class that most of the training examples have, where classes keep their meaning; else the
  /// first.
  std::vector<EpisodeResult> majority() {
    std::size_t most = 0;
    if (setup_.splits != nullptr && setup_.learner->tasks_by() != TasksBy::label) {
      std::vector<std::int64_t> counts(setup_.splits->train.labels.size());
      for (const PoolExample& example : setup_.splits->train.pool) {
        ++counts[static_cast<std::size_t>(example.label)];
      }
      most = static_cast<std::size_t>(std::ranges::max_element(counts) - counts.begin());
    }
    const auto fill = [&](EpisodeResult& result) {
      for (std::size_t i = 0; i < result.truth.size(); ++i) {
        for (std::int64_t c = 0; c < result.outputs; ++c) {
          result.scores.push_back(static_cast<std::size_t>(c) == most ? 1 : 0);
        }
      }
    };
    if (setup_.episodes > 0) {
      return by_episode([&](const Episode&, EpisodeResult& result) { fill(result); });
    }
    EpisodeResult whole;
    whole.outputs = static_cast<std::int64_t>(setup_.test->labels.size());
    for (const PoolExample& example : setup_.test->pool) whole.truth.push_back(example.label);
    fill(whole);
    return {whole};
  }

  std::vector<EpisodeResult> centroid() {
    const TfIdf vectors(setup_.learner->vocabulary(), setup_.test->table);
    return by_episode([&](const Episode& episode, EpisodeResult& result) {
      const CentroidClassifier classifier(vectors, episode.support, episode.support_classes,
                                          static_cast<std::int32_t>(episode.labels.size()));
      for (const std::int64_t text : episode.query) {
        const std::vector<double> scores = classifier.scores(text);
        result.scores.insert(result.scores.end(), scores.begin(), scores.end());
      }
    });
  }

  /// Empty where the encoder has no pretrained vectors.
  std::vector<EpisodeResult> sif() {
    const std::string name = option_value(setup_.learner->config().encoder.options, "vectors");
    if (name.empty()) return {};
    const SifVectors vectors(setup_.learner->vocabulary(), JoinedVectors::open(name),
                             setup_.test->table);
    return by_episode([&](const Episode& episode, EpisodeResult& result) {
      const SifCentroids centroids(vectors, episode.support, episode.support_classes,
                                   static_cast<std::int32_t>(episode.labels.size()));
      for (const std::int64_t text : episode.query) {
        const std::vector<double> scores = centroids.scores(text);
        result.scores.insert(result.scores.end(), scores.begin(), scores.end());
      }
    });
  }

  /// With the penalty, of a short list, that is best on the validation episodes.
  std::vector<EpisodeResult> ridge() {
    double best = 1;
    const TextData validation = validation_texts();
    if (!validation.pool.empty()) {
      const TfIdf vectors(setup_.learner->vocabulary(), validation.table);
      double highest = -1;
      for (const double lambda : {1e-3, 1e-2, .1, 1., 10.}) {
        const double value = mean_metric(
            setup_.learner->task(), by_episode(validation, validation_key(), validation_episodes(),
                                               [&](const Episode& episode, EpisodeResult& result) {
                                                 score_by_ridge(vectors, lambda, episode, result);
                                               }));
        if (value > highest) {
          highest = value;
          best = lambda;
        }
      }
    }
    const TfIdf vectors(setup_.learner->vocabulary(), setup_.test->table);
    return by_episode([&](const Episode& episode, EpisodeResult& result) {
      score_by_ridge(vectors, best, episode, result);
    });
  }

  struct Start {
    std::shared_ptr<const Learner> learner;
    Params meta;
  };

  Start made(RunConfig config, std::vector<std::string> labels) {
    const Learner& like = *setup_.learner;
    std::optional<Vocabulary> vocabulary;
    if (like.task().reads_text()) vocabulary = like.vocabulary();
    Start start;
    start.learner = std::make_shared<const Learner>(std::move(config), std::move(vocabulary),
                                                    std::move(labels));
    return start;
  }

  /// A new model, fitted to the support alone.
  std::vector<EpisodeResult> scratch() {
    const Learner& like = *setup_.learner;
    Start start = made(scratch_config(like.config()),
                       setup_.test != nullptr ? setup_.test->labels : like.labels());
    start.meta = start.learner->init(stream(like.config().train.seed, Stream::baseline));
    return fine_tuned(std::move(start), {"0.005", "0.05", "0.5", "2"});
  }

  /// All training examples as one task: batches of 32, Adam 0.005, three epochs and 300 steps at
  /// least, so that little data does not mean little training; then 20 steps on the support.
  std::vector<EpisodeResult> joint() {
    const Learner& like = *setup_.learner;
    constexpr std::int64_t kBatch = 32;
    const auto count = static_cast<std::int64_t>(setup_.splits->train.pool.size());
    const std::int64_t an_epoch = (count + kBatch - 1) / kBatch;
    const std::int64_t epochs = std::max<std::int64_t>(3, (300 + an_epoch - 1) / an_epoch);
    Start start = made(supervised_config(like.config(), {{"method", {{"tune-steps", "20"}}},
                                                         {"train",
                                                          {{"epochs", std::to_string(epochs)},
                                                           {"batch", std::to_string(kBatch)},
                                                           {"learning-rate", "0.005"},
                                                           {"schedule", "linear"},
                                                           {"clip", "0"},
                                                           {"weight-decay", "0"}}}}),
                       setup_.splits->train.labels);
    const TextData data =
        tokenised(setup_.splits->train, start.learner->vocabulary(), workers_.threads());
    const auto source = start.learner->source(&data, {0, 0, 0}, Key{});
    TrainingSetup training;
    training.train = source.get();
    training.what = "joint baseline";
    start.meta = meta_train(*start.learner, training, workers_).params;
    return fine_tuned(std::move(start), {"0", "0.01", "0.03", "0.1", "0.3", "1"});
  }

  /// Over the test episodes, at the rate that is best on the validation episodes: a baseline is
  /// tuned as a method is.
  std::vector<EpisodeResult> fine_tuned(Start start, const std::vector<std::string>& rates) {
    if (setup_.episodes == 0) {
      const auto source = start.learner->source(setup_.test, {0, 0, 0}, setup_.key);
      return {pass_results(*start.learner, start.meta, *source, workers_)};
    }
    start = at_best_rate(std::move(start), rates);
    const auto source = start.learner->source(setup_.test, setup_.shape, setup_.key);
    return episode_results(*start.learner, start.meta, *source, setup_.episodes, workers_, false)
        .back();
  }

  Start at_best_rate(Start start, const std::vector<std::string>& rates) {
    const bool text = setup_.test != nullptr;
    const TextData validation = validation_texts();
    if (text && validation.pool.empty()) return start;
    std::optional<double> best;
    Start chosen = start;
    for (const std::string& rate : rates) {
      ConfigValues values = config_values(start.learner->config());
      values["method"]["tune-learning-rate"] = rate;
      Start tried = made(config_from_values(values), start.learner->labels());
      tried.meta = start.meta;
      const auto source =
          tried.learner->source(text ? &validation : nullptr, setup_.shape, validation_key());
      const double value =
          mean_metric(tried.learner->task(), episode_results(*tried.learner, tried.meta, *source,
                                                             validation_episodes(), workers_, false)
                                                 .back());
      const bool higher = tried.learner->task().higher_is_better();
      if (!best || (higher ? value > *best : value < *best)) {
        best = value;
        chosen = std::move(tried);
      }
    }
    return chosen;
  }

  /// Where the baselines' numbers are chosen; empty where no episodes can be drawn there.
  TextData validation_texts() const {
    if (setup_.test == nullptr || setup_.splits == nullptr ||
        !holds_episodes(setup_.splits->validation, setup_.learner->tasks_by(), setup_.shape)) {
      return {};
    }
    return tokenised(setup_.splits->validation, setup_.learner->vocabulary(), workers_.threads());
  }
  Key validation_key() const {
    return stream(setup_.learner->config().train.seed, Stream::validation);
  }
  std::int64_t validation_episodes() const {
    return std::min<std::int64_t>(200, setup_.learner->config().train.validation_episodes);
  }

  const BaselineSetup& setup_;
  Workers& workers_;
};

}  // namespace

RunConfig scratch_config(const RunConfig& config) {
  return supervised_config(config,
                           {{"method", {{"tune-steps", "50"}, {"tune-optimiser", "momentum"}}}});
}

nlohmann::json baseline_reports(const BaselineSetup& setup, const std::vector<std::string>& names,
                                Workers& workers) {
  Baselines baselines(setup, workers);
  nlohmann::json reports = nlohmann::json::object();
  for (const std::string& name : names) {
    if (name == "none") continue;
    std::vector<EpisodeResult> results = baselines.results(name);
    if (results.empty()) continue;
    if (setup.test != nullptr && !setup.test->fixed.parts.empty()) {
      results = whole_tasks(std::move(results), setup.test->fixed);
    }
    reports[name] = setup.learner->task().report(results, {}, 1, 0)["metrics"];
  }
  return reports;
}

}  // namespace inkling
