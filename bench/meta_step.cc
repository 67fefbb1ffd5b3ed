// One meta-step of MAML by the library's own path: records, shards on the workers' threads, the
// method's meta-gradient, row-sparse where the table is.
#include <map>

#include "bench/side.h"
#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/tasks/text_records.h"
#include "inkling/tensor/params_file.h"
#include "inkling/train/outer_step.h"

namespace inkling::bench {
namespace {

/// A vocabulary with this many rows; what its words are does not matter.
Vocabulary vocabulary_of_rows(std::int64_t rows) {
  std::vector<std::string> texts;
  for (std::int64_t word = kUnknown + 1; word < rows; ++word) texts.push_back(cat("w", word));
  const std::vector<std::string_view> views(texts.begin(), texts.end());
  TextOptions options;
  options.words = rows;
  return Vocabulary::build(views, options);
}

/// Texts of one length, all of their entries words.
TokenTable table_of(const Tensor& ids) {
  const std::int64_t length = ids.size(-1);
  const Tensor flat = ids.to(at::kInt).contiguous().reshape({-1});
  const auto* data = flat.const_data_ptr<std::int32_t>();
  TokenTable table;
  table.ids.assign(data, data + flat.numel());
  for (std::int64_t at = 0; at < flat.numel(); at += length) {
    table.offsets.push_back(at + length);
    table.word_counts.push_back(static_cast<std::int32_t>(length));
  }
  return table;
}

struct Names {
  const char* ours;
  const char* theirs;  ///< of the inputs
};

class MetaStep : public Case {
 public:
  MetaStep(const std::string& name, Params inputs, int threads)
      : inputs_(std::move(inputs)), workers_(threads) {
    const auto number = [&](const char* key) { return inputs_.at(key).item<double>(); };
    tasks_ = inputs_.at("x").size(0);
    support_ = static_cast<std::int64_t>(number("support"));
    ConfigValues values;
    values["method"] = {{"name", "maml"},
                        {"inner-steps", cat(static_cast<std::int64_t>(number("steps")))},
                        {"inner-learning-rate", cat(number("rate"))}};
    std::optional<Vocabulary> vocabulary;
    std::vector<std::string> labels;
    if (name == "embed") {
      values["encoder"] = {{"name", "average"}, {"dimensions", "128"}};
      values["data"] = {{"tasks-by", "single"}};
      vocabulary = vocabulary_of_rows(inputs_.at("param0").size(0));
      labels = {"no", "yes"};
      names_ = {
          {"encoder.embedding", "param0"}, {"head.weight", "param1"}, {"head.bias", "param2"}};
      table_ = table_of(inputs_.at("x"));
    } else if (name == "cnn") {
      // The vectors of the words are the table's frozen rows: every position is a word of its own.
      const Tensor x = inputs_.at("x");
      values["encoder"] = {{"name", "cnn"},
                           {"dimensions", cat(x.size(-1))},
                           {"filters", cat(inputs_.at("param0").size(0))},
                           {"tune-vectors", "false"}};
      values["data"] = {{"tasks-by", "label"}};
      values["episodes"] = {{"ways", "5"}};
      const std::int64_t words = x.numel() / x.size(-1);
      vocabulary = vocabulary_of_rows(words + kUnknown + 1);
      labels = {"a", "b", "c", "d", "e"};
      meta_.set("encoder.embedding",
                at::constant_pad_nd(x.reshape({words, x.size(-1)}), {0, 0, kUnknown + 1, 0}));
      names_ = {{"encoder.window3.weight", "param0"},
                {"encoder.window3.bias", "param1"},
                {"head.weight", "param2"},
                {"head.bias", "param3"}};
      table_ = table_of(
          at::arange(kUnknown + 1, kUnknown + 1 + words).reshape({tasks_ * x.size(1), x.size(2)}));
    } else if (name == "mlp") {
      values["task"] = {{"name", "sinusoid"}};
      values["encoder"] = {{"name", "dense"}, {"hidden", cat(inputs_.at("param2").size(0))}};
      names_ = {{"encoder.layer1.weight", "param0"}, {"encoder.layer1.bias", "param1"},
                {"encoder.layer2.weight", "param2"}, {"encoder.layer2.bias", "param3"},
                {"head.weight", "param4"},           {"head.bias", "param5"}};
    } else {
      throw Error(ErrorKind::usage, cat("unknown case '", name, "'"), {"", 0, "case"},
                  "there are embed, cnn and mlp");
    }
    learner_ = std::make_unique<Learner>(config_from_values(values), std::move(vocabulary), labels);
    records_ = std::make_unique<TextRecords>(table_, TextWeights{}, learner_->rows(), at::kFloat,
                                             at::kCPU);
    for (const auto& [ours, theirs] : names_) meta_.set(ours, to_ours(ours, inputs_.at(theirs)));
    // A shard a thread.
    const std::int64_t size = (tasks_ + workers_.threads() - 1) / workers_.threads();
    for (std::int64_t at = 0; at < tasks_; at += size) {
      const std::int64_t end = std::min(tasks_, at + size);
      std::vector<std::uint64_t> numbers;
      for (std::int64_t task = at; task < end; ++task) {
        numbers.push_back(static_cast<std::uint64_t>(task));
      }
      // The records of neighbouring tasks, all of a shard's.
      const auto made = [this](std::span<const std::uint64_t> some) {
        return record(static_cast<std::int64_t>(some.front()),
                      static_cast<std::int64_t>(some.back()) + 1);
      };
      shards_.push_back({made, numbers});
    }
  }

  void run() override { mean_ = mean_gradient(*learner_, meta_, shards_, {Key{1}}, workers_); }

  Params result() const override {
    Params result;
    for (const auto& [ours, theirs] : names_) {
      const Tensor gradient = as_dense(mean_.gradients.at(ours), meta_.at(ours));
      const Tensor& like = inputs_.at(theirs);
      result.set(theirs, to_theirs(gradient, like).reshape(like.sizes()).contiguous());
    }
    return result;
  }

 private:
  /// Filters are [F, D, width] there and [width * D, F] here.
  static Tensor to_ours(const std::string&, const Tensor& value) {
    if (value.dim() != 3) return value;
    return value.permute({2, 1, 0}).reshape({-1, value.size(0)}).contiguous();
  }
  static Tensor to_theirs(const Tensor& value, const Tensor& like) {
    if (like.dim() != 3) return value;
    return value.reshape({like.size(2), like.size(1), like.size(0)}).permute({2, 1, 0});
  }

  Record record(std::int64_t begin, std::int64_t end) const {
    const Tensor& y = inputs_.at("y");
    const std::int64_t units = y.size(1);
    if (!learner_->task().reads_text()) {
      const auto part = [&](const Tensor& all, std::int64_t from, std::int64_t to) {
        return all.narrow(0, begin, end - begin).narrow(1, from, to - from);
      };
      const Tensor values = y.unsqueeze(-1);
      Record record;
      record.support = {end - begin, support_, {}, part(inputs_.at("x"), 0, support_)};
      record.query = {end - begin, units - support_, {}, part(inputs_.at("x"), support_, units)};
      record.support_targets.values = part(values, 0, support_);
      record.query_targets.values = part(values, support_, units);
      return record;
    }
    const Tensor classes = y.to(at::kInt).contiguous();
    const auto* of = classes.const_data_ptr<std::int32_t>();
    std::vector<Episode> episodes;
    for (std::int64_t task = begin; task < end; ++task) {
      Episode episode;
      for (std::int64_t at = task * units; at < (task + 1) * units; ++at) {
        const bool is_support = at - task * units < support_;
        (is_support ? episode.support : episode.query).push_back(at);
        (is_support ? episode.support_classes : episode.query_classes).push_back(of[at]);
      }
      episodes.push_back(std::move(episode));
    }
    return records_->make(episodes, static_cast<std::int64_t>(learner_->labels().size()));
  }

  Params inputs_;
  Workers workers_;
  std::int64_t tasks_ = 0;
  std::int64_t support_ = 0;
  std::vector<Names> names_;
  TokenTable table_;
  Params meta_;
  std::unique_ptr<Learner> learner_;
  std::unique_ptr<TextRecords> records_;
  std::vector<Shard> shards_;
  MeanGradient mean_;
};

}  // namespace

std::unique_ptr<Case> meta_step(const std::string& name, const std::string& inputs, int threads) {
  return std::make_unique<MetaStep>(name, load_params(inputs), threads);
}

}  // namespace inkling::bench
