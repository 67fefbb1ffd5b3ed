#include "inkling/train/predictor.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/data/dataset.h"
#include "inkling/formats/format.h"
#include "inkling/methods/support.h"
#include "inkling/metrics/metrics.h"
#include "inkling/tasks/text_records.h"
#include "inkling/train/guarded.h"
#include "inkling/train/model_folder.h"
#include "inkling/train/span_answers.h"

namespace inkling {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kTextsTogether = 256;

/// The texts as the query (or the support) of one episode.
Record record_of(const Learner& learner, const std::vector<std::string>& texts,
                 const std::vector<std::int32_t>& classes, std::int64_t count, bool as_support) {
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  const TokenTable table = tokenise(views, learner.vocabulary());
  const auto* model = dynamic_cast<const EncoderNetwork*>(&learner.model());
  const TextRecords records(table, model->encoder().text_weights(), learner.rows(), learner.dtype(),
                            learner.device(), learner.frequencies());
  Episode episode;
  auto& places = as_support ? episode.support : episode.query;
  for (std::size_t i = 0; i < texts.size(); ++i) places.push_back(static_cast<std::int64_t>(i));
  (as_support ? episode.support_classes : episode.query_classes) = classes;
  return records.make(std::span(&episode, 1), count);
}

class Adaptation : public PredictorState {
 public:
  std::shared_ptr<const Learner> learner;
  std::shared_ptr<const TrainedModel> base;  ///< null where it was loaded without
  std::string base_folder;
  std::string base_hash;
  Adapted adapted;
  std::vector<std::string> names;
  std::vector<Labelled> examples;
  double temperature = 1;
  double abstain = 0;

  std::vector<Prediction> predict(const std::vector<std::string>& texts) const override {
    return guarded([&] {
      if (!learner->task().reads_spans()) return answers(texts);
      return answers_of_sentences(*learner, adapted, texts, TagClasses(names), temperature,
                                  abstain);
    });
  }

  const std::vector<std::string>& labels() const override { return names; }

  std::shared_ptr<const PredictorState> with_abstention(double probability) const override {
    if (!(probability >= 0 && probability <= 1)) {
      throw Error(ErrorKind::usage, "a probability lies in [0, 1]", {"", 0, "abstain"});
    }
    auto other = std::make_shared<Adaptation>(*this);
    other->abstain = probability;
    return other;
  }

  std::shared_ptr<const PredictorState> with_support(std::vector<Labelled> support) const override;
  const std::vector<Labelled>& support() const override { return examples; }
  void save(const std::filesystem::path& folder) const override;

 private:
  std::vector<Prediction> answers(const std::vector<std::string>& texts) const {
    std::vector<Prediction> predictions;
    for (std::size_t at = 0; at < texts.size(); at += kTextsTogether) {
      const std::vector<std::string> some(
          texts.begin() + static_cast<std::ptrdiff_t>(at),
          texts.begin() + static_cast<std::ptrdiff_t>(std::min(texts.size(), at + kTextsTogether)));
      const Record record = record_of(*learner, some, std::vector<std::int32_t>(some.size(), 0),
                                      static_cast<std::int64_t>(names.size()), false);
      Adapted local = adapted;
      local.params = gathered(learner->model(), adapted.params, record.rows);
      const Tensor scores = adapted_scores(learner->model(), local, record.query)[0]
                                .to(at::kCPU, at::kDouble)
                                .contiguous();
      const std::span<const double> all(scores.const_data_ptr<double>(),
                                        static_cast<std::size_t>(scores.numel()));
      for (std::size_t i = 0; i < some.size(); ++i) {
        predictions.push_back(answer(all.subspan(i * names.size(), names.size())));
      }
    }
    return predictions;
  }

  Prediction answer(std::span<const double> scores) const {
    const std::vector<double> likely = probabilities(scores, temperature);
    const auto best = static_cast<std::size_t>(argmax(scores));
    Prediction prediction;
    prediction.probability = likely[best];
    prediction.label = likely[best] < abstain ? "none" : names[best];
    for (std::size_t c = 0; c < names.size(); ++c) {
      prediction.scores.emplace_back(names[c], likely[c]);
    }
    return prediction;
  }
};

/// The classes of a support, and each example's, -1 where it has no label.
struct Classes {
  std::vector<std::string> names;
  std::vector<std::int32_t> of_example;
};

/// Where the model's labels mean the same everywhere they are the classes, in its order; else those
/// of the support are, in the order of data sets.
Classes classes_of(const Learner& learner, const std::vector<Labelled>& support) {
  Classes classes;
  Dataset dataset;
  for (const Labelled& example : support) {
    if (example.label.empty()) continue;
    Example made;
    made.label = example.label;
    dataset.examples.push_back(std::move(made));
  }
  const LabelSet labels = dataset.labels();
  const bool fixed_labels = learner.tasks_by() != TasksBy::label;
  classes.names = fixed_labels ? learner.labels() : labels.names();
  const LabelSet known = LabelSet::from_names(classes.names);
  for (std::size_t i = 0; i < support.size(); ++i) {
    const std::string& label = support[i].label;
    if (label.empty()) {
      if (!learner.method().traits().unlabelled) {
        throw Error(ErrorKind::data, "an example has no label",
                    {"", static_cast<std::int64_t>(i) + 1, "label"},
                    cat("give every support example a label, or train with ", with_unlabelled()));
      }
      classes.of_example.push_back(-1);
      continue;
    }
    const std::int64_t id = known.find(label);
    if (id < 0) {
      throw Error(ErrorKind::data, cat("the model does not know the label '", label, "'"),
                  {"", static_cast<std::int64_t>(i) + 1, "label"},
                  known_names_hint(label, classes.names));
    }
    classes.of_example.push_back(static_cast<std::int32_t>(id));
  }
  if (!support.empty() && labels.size() == 0) {
    throw Error(ErrorKind::data, "no example has a label", {"", 0, "support"},
                "give examples of two classes or more");
  }
  if (!support.empty() && labels.size() < 2) {
    throw Error(ErrorKind::data, cat("all examples have the label '", labels[0].name, "'"),
                {"", 0, "support"}, "give examples of two classes or more");
  }
  if (!fixed_labels && support.empty()) {
    throw Error(ErrorKind::data, "there are no examples to learn the classes from",
                {"", 0, "support"}, "give a few labelled examples of each class");
  }
  return classes;
}

class Base : public ModelState {
 public:
  explicit Base(std::shared_ptr<const TrainedModel> model) : model_(std::move(model)) {}

  std::shared_ptr<const PredictorState> adapt(std::vector<Labelled> support) const override {
    return guarded([&] { return adapted(std::move(support)); });
  }

 private:
  std::shared_ptr<const PredictorState> adapted(std::vector<Labelled> support) const {
    const Learner& learner = *model_->learner;
    if (!learner.task().reads_text()) {
      throw Error(ErrorKind::usage,
                  cat("a model of task '", learner.config().task.name, "' does not read text"),
                  {model_->folder.string(), 0, "task"});
    }
    std::vector<std::string> names;
    Record record;
    if (learner.task().reads_spans()) {
      const TagClasses classes = classes_of_sentences(learner, support);
      check_ways(learner, classes.size() - 1);
      record = support_of_sentences(learner, support, classes);
      names = classes.names;
    } else {
      Classes classes = classes_of(learner, support);
      check_ways(learner, static_cast<std::int64_t>(classes.names.size()));
      check_each_has_examples(learner, classes);
      std::vector<std::string> texts;
      for (const Labelled& example : support) texts.push_back(example.text);
      record = record_of(learner, texts, classes.of_example,
                         static_cast<std::int64_t>(classes.names.size()), true);
      names = std::move(classes.names);
    }
    record.new_classes = learner.tasks_by() == TasksBy::label;
    auto made = std::make_shared<Adaptation>();
    made->adapted =
        learner.method().adapt(learner.model(), localised(learner, model_->meta, record, false),
                               record, learner.context());
    made->adapted.params =
        scattered(learner.model(), made->adapted.params, model_->meta, record.rows);
    made->learner = std::shared_ptr<const Learner>(model_, model_->learner.get());
    made->base = model_;
    made->base_folder = model_->folder.string();
    made->base_hash = model_->hash;
    made->names = std::move(names);
    made->examples = std::move(support);
    made->temperature = model_->temperature;
    return made;
  }

  /// A method without a learned head knows of a class what its examples say.
  static void check_each_has_examples(const Learner& learner, const Classes& classes) {
    if (learner.method().traits().zero_shot || classes.of_example.empty()) return;
    for (std::size_t c = 0; c < classes.names.size(); ++c) {
      if (std::ranges::find(classes.of_example, static_cast<std::int32_t>(c)) !=
          classes.of_example.end()) {
        continue;
      }
      throw Error(ErrorKind::data,
                  cat("class '", classes.names[c], "' has 0 of the ", classes.of_example.size(),
                      " examples"),
                  {"", 0, "support"}, "give at least one example of each class");
    }
  }

  std::shared_ptr<const TrainedModel> model_;
};

std::shared_ptr<const PredictorState> Adaptation::with_support(
    std::vector<Labelled> support) const {
  std::shared_ptr<const TrainedModel> from = base;
  if (!from) {
    from = load_trained(base_folder);
    if (from->hash != base_hash) {
      throw Error(ErrorKind::data, "is not the model any more that this one was adapted from",
                  {base_folder}, "adapt again from the new one");
    }
  }
  const auto other = Base(from).adapt(std::move(support));
  return abstain > 0 ? other->with_abstention(abstain) : other;
}

void Adaptation::save(const std::filesystem::path& folder) const {
  ModelVersion version;
  version.config["options"] = config_values(learner->config());
  version.config["labels"] = learner->labels();
  version.config["classes"] = names;
  version.config["temperature"] = temperature;
  version.config["abstain"] = abstain;
  version.config["head"] = adapted.head;
  version.config["scale"] = adapted.scale;
  version.config["base"] = {
      {"folder", base_folder.empty()
                     ? ""
                     : std::filesystem::absolute(base_folder).lexically_normal().string()},
      {"sha256", base_hash}};
  version.params = adapted.params;
  version.files["vocab.txt"] = learner->vocabulary().to_text();
  std::string lines;
  for (const Labelled& example : examples) {
    ordered_json line = {{"text", example.text}};
    if (!example.label.empty()) line["label"] = example.label;
    lines += line.dump() + "\n";
  }
  version.files["support.jsonl"] = lines;
  version.files["README.md"] =
      cat("# ", join(names, ", "), "\n\nA model that inkling adapted from ", examples.size(),
          " examples (`support.jsonl`). Use: `inkling predict --model DIR < texts`.\n");
  publish_version(folder, "adapted", version);
}

}  // namespace

std::shared_ptr<const ModelState> model_state(std::shared_ptr<const TrainedModel> model) {
  return std::make_shared<Base>(std::move(model));
}

EpisodeResult scores_of_sentences(const PredictorState& state,
                                  const std::vector<std::string>& texts) {
  const auto& made = dynamic_cast<const Adaptation&>(state);
  return scores_of_sentences(*made.learner, made.adapted, texts, TagClasses(made.names));
}

const Learner& learner_of(const PredictorState& state) {
  return *dynamic_cast<const Adaptation&>(state).learner;
}

std::shared_ptr<const PredictorState> load_predictor_state(const std::filesystem::path& folder) {
  const ModelVersion version = current_version(folder, "adapted");
  auto made = std::make_shared<Adaptation>();
  made->learner = learner_in(version.config, version.files, version.params, folder);
  try {
    made->names = version.config.at("classes").get<std::vector<std::string>>();
    made->temperature = version.config.at("temperature").get<double>();
    made->abstain = version.config.at("abstain").get<double>();
    made->adapted.head = version.config.at("head").get<std::string>();
    made->adapted.scale = version.config.at("scale").get<double>();
    made->base_folder = version.config.at("base").at("folder").get<std::string>();
    made->base_hash = version.config.at("base").at("sha256").get<std::string>();
    std::size_t begin = 0;
    const std::string& lines = version.files.at("support.jsonl");
    while (begin < lines.size()) {
      const std::size_t end = std::min(lines.find('\n', begin), lines.size());
      const auto line = nlohmann::json::parse(lines.substr(begin, end - begin));
      made->examples.push_back(
          {line.at("text").get<std::string>(), line.value("label", std::string())});
      begin = end + 1;
    }
  } catch (const std::exception&) {
    throw Error(ErrorKind::data, "the adapted model's record is malformed", {folder.string()},
                "adapt again");
  }
  made->adapted.params = version.params.map([&](const std::string&, const Tensor& value) {
    return value.is_floating_point() ? value.to(made->learner->device(), made->learner->dtype())
                                     : value;
  });
  head_named(made->adapted.head, {folder.string(), 0, "head"});
  return made;
}

}  // namespace inkling
