// An epoch of the seed model: the average of 10,000 words' vectors and one output, batches of 32.
#include "bench/side.h"
#include "inkling/tensor/params_file.h"
#include "inkling/train/meta_training.h"
#include "inkling/train/task_data.h"

namespace inkling::bench {
namespace {

RunConfig seed_config(std::int64_t words, bool lazy) {
  ConfigValues values;
  values["data"] = {{"train", "imdb:train"}, {"tasks-by", "single"}, {"holdout", "0"}};
  values["text"] = {{"words", std::to_string(words)}, {"punctuation", "drop"}};
  values["episodes"] = {{"shots", "0"}};
  values["method"] = {{"name", "supervised"}};
  values["train"] = {{"epochs", "1"},
                     {"batch", "32"},
                     {"validate-every", "0"},
                     {"learning-rate", "0.005"},
                     {"lazy-adam", lazy ? "true" : "false"}};
  return config_from_values(values);
}

class SeedEpoch : public Case {
 public:
  SeedEpoch(const Params& arrays, bool lazy, int threads) : workers_(threads) {
    const Tensor ids = arrays.at("ids").to(at::kInt);
    const auto* id = ids.const_data_ptr<std::int32_t>();
    const auto* offset = arrays.at("offsets").const_data_ptr<std::int64_t>();
    const auto* label = arrays.at("labels").const_data_ptr<std::int64_t>();
    data_.table.ids.assign(id, id + ids.numel());
    data_.table.offsets.assign(offset, offset + arrays.at("offsets").numel());
    data_.labels = {"neg", "pos"};
    for (std::int64_t text = 0; text < data_.table.size(); ++text) {
      data_.table.word_counts.push_back(static_cast<std::int32_t>(offset[text + 1] - offset[text]));
      data_.pool.push_back(
          {text, static_cast<std::int32_t>(label[text]), 0, static_cast<std::uint64_t>(text)});
    }
    const std::int64_t rows = ids.max().item<std::int32_t>() + 1;
    std::vector<std::string> words;
    for (std::int64_t row = kUnknown + 1; row < rows; ++row) words.push_back(std::to_string(row));
    const std::vector<std::string_view> views(words.begin(), words.end());
    RunConfig config = seed_config(rows, lazy);
    Vocabulary vocabulary = Vocabulary::build(views, config.text);
    learner_ = std::make_unique<Learner>(std::move(config), std::move(vocabulary), data_.labels);
    source_ = learner_->source(&data_, {2, 0, 0}, Key{1});
  }

  void run() override {
    TrainingSetup setup;
    setup.train = source_.get();
    setup.quiet = true;
    outcome_ = meta_train(*learner_, setup, workers_);
  }

  /// Scores of the first 1,000 and the last 1,000 texts, which the epoch has seen.
  Params result() const override {
    std::vector<std::int64_t> places;
    for (std::int64_t i = 0; i < 1000; ++i) {
      places.push_back(i);
      places.push_back(data_.table.size() - 1 - i);
    }
    const Record record = source_->pass(places);
    const Params params = localised(*learner_, outcome_.params, record, false);
    const Tensor scores =
        learner_->method().answer(learner_->model(), params, record, learner_->context());
    const Tensor right = scores[0].argmax(-1) == record.query_targets.classes[0];
    return {{"accuracy", right.to(at::kDouble).mean()}};
  }

 private:
  Workers workers_;
  TextData data_;
  std::unique_ptr<Learner> learner_;
  std::unique_ptr<EpisodeSource> source_;
  TrainingOutcome outcome_;
};

}  // namespace

std::unique_ptr<Case> seed_epoch(const std::string& inputs, bool lazy, int threads) {
  return std::make_unique<SeedEpoch>(load_params(inputs), lazy, threads);
}

void write_imdb(std::int64_t words, const std::string& file) {
  const RunConfig config = seed_config(words, true);
  const TextSplit split = training_splits(config).train;
  const Vocabulary vocabulary = vocabulary_of(split, config, 2);
  const TokenTable table = tokenised(split, vocabulary, 2).table;
  std::vector<std::int64_t> labels;
  for (const PoolExample& example : split.pool) labels.push_back(example.label);
  save_params({{"ids", tensor_of(table.ids)},
               {"offsets", tensor_of(table.offsets)},
               {"labels", tensor_of(labels)}},
              file);
}

}  // namespace inkling::bench
