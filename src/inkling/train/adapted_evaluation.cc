#include "inkling/train/adapted_evaluation.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <unordered_set>

#include "inkling/base/error.h"
#include "inkling/base/progress.h"
#include "inkling/base/strings.h"
#include "inkling/metrics/centroid.h"
#include "inkling/tasks/task_registry.h"
#include "inkling/train/baselines.h"
#include "inkling/train/predictor.h"
#include "inkling/train/streams.h"
#include "inkling/train/task_data.h"

namespace inkling {
namespace {

using nlohmann::json;

/// @throws Error data, when a test sentence is one that the model was adapted to
void check_apart(const std::vector<Labelled>& support, const TextSplit& test,
                 const std::string& file) {
  TextSplit learned;
  learned.pairs = test.pairs;
  learned.spans = test.spans;
  for (const Labelled& example : support) learned.texts.push_back(example.text);
  Sentences known;
  for (std::size_t i = 0; i < learned.texts.size(); ++i) known.insert(sentence_of(learned, i));
  std::int64_t count = 0;
  for (std::size_t i = 0; i < test.texts.size(); ++i) {
    if (known.contains(sentence_of(test, i))) ++count;
  }
  if (count == 0) return;
  throw Error(ErrorKind::data,
              cat(count, " of ", test.texts.size(),
                  " test texts are among the examples that the model was adapted to"),
              {file, 0, "text"},
              "leave them out of --test: they make the result better than it is");
}

/// An adapted model, what it learned from, and what it is tested on.
class Evaluation {
 public:
  Evaluation(std::shared_ptr<const PredictorState> predictor, const TextSplit& test,
             const RunConfig& config)
      : predictor_(std::move(predictor)), test_(test), config_(config), spans_(test.spans) {
    for (const Labelled& example : predictor_->support()) {
      if (example.label.empty()) continue;
      labelled_.push_back(example);
      const auto found = std::ranges::find(labels(), example.label);
      support_classes_.push_back(static_cast<std::int32_t>(found - labels().begin()));
    }
  }

  const std::vector<std::string>& labels() const { return predictor_->labels(); }

  EpisodeResult answers() const {
    return spans_ ? span_answers(*predictor_) : answers_of(*predictor_);
  }

  /// Nothing where the baseline cannot be had.
  std::optional<EpisodeResult> baseline(const std::string& name) const {
    if (spans_) {
      return name == "scratch" ? scratch() : std::nullopt;
    }
    if (support_classes_.empty()) return std::nullopt;
    if (name == "majority") return majority();
    if (name == "centroid") return centroid();
    if (name == "scratch") return scratch();
    return std::nullopt;
  }

 private:
  EpisodeResult empty_result() const {
    EpisodeResult result;
    result.outputs = std::ssize(labels());
    for (const PoolExample& example : test_.pool) result.truth.push_back(example.label);
    return result;
  }

  /// Of the sentences, each once: it stands there once for each of its types.
  EpisodeResult span_answers(const PredictorState& predictor) const {
    std::vector<std::string> texts;
    std::unordered_set<std::string_view> seen;
    for (const std::string& text : test_.texts) {
      if (seen.insert(text).second) texts.push_back(text);
    }
    EpisodeResult result = scores_of_sentences(predictor, texts);
    result.names = predictor.labels();
    return result;
  }

  EpisodeResult answers_of(const PredictorState& predictor) const {
    EpisodeResult result = empty_result();
    // The probabilities are calibrated already: their logarithms are scores of temperature 1.
    for (const Prediction& prediction : predictor.predict(test_.texts)) {
      for (const auto& [label, probability] : prediction.scores) {
        result.scores.push_back(std::log(std::max(probability, 1e-300)));
      }
    }
    return result;
  }

  /// The class that most of the support has.
  EpisodeResult majority() const {
    std::vector<double> counts(labels().size());
    for (const std::int32_t label : support_classes_) ++counts[static_cast<std::size_t>(label)];
    EpisodeResult result = empty_result();
    for (std::size_t i = 0; i < test_.texts.size(); ++i) {
      result.scores.insert(result.scores.end(), counts.begin(), counts.end());
    }
    return result;
  }

  EpisodeResult centroid() const {
    std::vector<std::string_view> texts;
    std::vector<std::int64_t> support;
    for (const Labelled& example : labelled_) {
      support.push_back(std::ssize(texts));
      texts.push_back(example.text);
    }
    texts.insert(texts.end(), test_.texts.begin(), test_.texts.end());
    const Vocabulary& vocabulary = learner_of(*predictor_).vocabulary();
    const TfIdf vectors(vocabulary, tokenise(texts, vocabulary));
    const CentroidClassifier classifier(vectors, support, support_classes_,
                                        static_cast<std::int32_t>(labels().size()));
    EpisodeResult result = empty_result();
    for (std::int64_t i = std::ssize(support); i < std::ssize(texts); ++i) {
      const std::vector<double> scores = classifier.scores(i);
      result.scores.insert(result.scores.end(), scores.begin(), scores.end());
    }
    return result;
  }

  std::optional<EpisodeResult> scratch() const {
    RunConfig config = scratch_config(config_);
    config.data.tasks_by = "single";
    auto model = std::make_shared<TrainedModel>();
    try {
      model->learner =
          std::make_unique<const Learner>(config, learner_of(*predictor_).vocabulary(), labels());
      model->meta = model->learner->init(stream(config.train.seed, Stream::baseline));
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::io) throw;
      log_info(cat("no baseline from scratch: the word vectors are not here (", error.what(), ")"));
      return std::nullopt;
    }
    const auto made =
        model_state(std::move(model))->adapt(spans_ ? predictor_->support() : labelled_);
    return spans_ ? span_answers(*made) : answers_of(*made);
  }

  std::shared_ptr<const PredictorState> predictor_;
  const TextSplit& test_;
  const RunConfig& config_;
  bool spans_;
  std::vector<Labelled> labelled_;  ///< of the support: what baselines learn from
  std::vector<std::int32_t> support_classes_;
};

}  // namespace

json adapted_report(const std::filesystem::path& folder, const RunConfig& config) {
  if (!config.data.test_support.empty()) {
    throw Error(ErrorKind::usage, "an adapted model has its support already",
                {folder.string(), 0, "test-support"},
                "evaluate the model that it was adapted from");
  }
  const auto predictor = load_predictor_state(folder);
  const TextSplit split = test_split(config, predictor->labels());
  check_apart(predictor->support(), split, join(config.data.test, ","));
  const Evaluation evaluation(predictor, split, config);
  const auto task = make_task(config.task.name, config.task.options);
  const EpisodeResult result = evaluation.answers();
  json report = task->report(std::span(&result, 1), evaluation.labels(), 1, config.eval.abstain);
  report["split"] = join(config.data.test, ", ");
  report["tasks"] = "single";
  report["method"] = config.method.name;
  report["encoder"] = config.encoder.name;
  report["baselines"] = json::object();
  for (const std::string& name : config.eval.baselines) {
    if (const auto found = evaluation.baseline(name)) {
      report["baselines"][name] = task->report(std::span(&*found, 1), {}, 1, 0)["metrics"];
    }
  }
  return report;
}

}  // namespace inkling
