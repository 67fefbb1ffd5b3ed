#include "inkling/distill/linear_teacher.h"

#include <algorithm>
#include <numeric>

#include "inkling/base/error.h"
#include "inkling/base/progress.h"
#include "inkling/base/strings.h"
#include "inkling/bilevel/hypergradient.h"
#include "inkling/bilevel/implicit/newton.h"

namespace inkling::distill {
namespace {

constexpr const char* kTable = "encoder.embedding";
constexpr const char* kBias = "head.bias";
/// Solved where the gradient is this share of that at zero.
constexpr double kSolved = 1e-4;

RunConfig configuration(const std::string& kind, const RunConfig& config,
                        const DistillOptions& options, std::size_t labels) {
  const ConfigValues own = {{"text",
                             {{"words", std::to_string(options.teacher_words)},
                              {"ngrams", std::to_string(options.teacher_ngrams)},
                              {"buckets", std::to_string(options.teacher_buckets)},
                              {"subwords", "0"}}},
                            {"task", {{"name", "classification"}}},
                            {"encoder",
                             {{"name", "average"},
                              {"dimensions", std::to_string(labels == 2 ? 1 : labels)},
                              {"fixed-head", "true"},
                              {"scale", "0"},
                              {"norm", "l2"},
                              {"binary", "true"},
                              {"weighting", kind == "tfidf" ? "idf" : "none"}}},
                            {"method", {{"name", "supervised"}}},
                            {"train", {{"dtype", "float64"}, {"device", "cpu"}}}};
  ConfigValues values = config_values(config);
  for (const char* plugin : {"encoder", "method"}) values.erase(plugin);
  values = merged(values, own);
  return config_from_values(values);
}

/// log (count in the class + 1) / (their sum) - the same of the other classes, for each column.
/// @return [R, D]
Tensor log_ratios(const Record& record, std::int64_t columns) {
  const std::int64_t rows = record.rows.size(0);
  const Words& words = record.query.words;
  const Tensor text = at::repeat_interleave(words.offsets.diff());
  const Tensor classes = record.query_targets.classes.flatten().index_select(0, text);
  std::vector<Tensor> ratios;
  for (std::int64_t column = 0; column < columns; ++column) {
    const Tensor in = classes.eq(columns == 1 ? 1 : column);
    const auto share = [&](const Tensor& of) {
      const Tensor counts =
          at::ones({rows}, at::kDouble).index_add(0, words.ids, of.to(at::kDouble));
      return (counts / counts.sum()).log();
    };
    ratios.push_back(share(in) - share(in.logical_not()));
  }
  return at::stack(ratios, 1);
}

}  // namespace

bool is_linear(const std::string& teacher) {
  return teacher == "nb" || teacher == "tfidf";
}

std::vector<double> penalties_of(const DistillOptions& options) {
  std::vector<double> penalties;
  for (const std::string& text : options.penalties) {
    double penalty = 0;
    set_field({"penalties", &penalty, {}, positive()}, text);
    penalties.push_back(penalty);
  }
  if (penalties.empty()) {
    throw Error(ErrorKind::usage, "no penalty is given", {"", 0, "penalties"}, "try 1,0.1,0.01");
  }
  std::ranges::sort(penalties, std::greater());
  return penalties;
}

LinearFit::LinearFit(const std::string& kind, const RunConfig& config,
                     const DistillOptions& options, const TextSplit& split, Workers& workers)
    : config_(configuration(kind, config, options, split.labels.size())),
      labels_(split.labels),
      vocabulary_(vocabulary_of(split, config_, workers.threads())),
      learner_(std::make_unique<const Learner>(config_, vocabulary_, labels_)),
      examples_(std::ssize(split.pool)) {
  const TextData data = tokenised(split, vocabulary_, workers.threads());
  const auto source = learner_->source(&data, {0, 0, 0}, Key{});
  std::vector<std::int64_t> all(split.pool.size());
  std::iota(all.begin(), all.end(), 0);
  record_ = source->pass(all);
  const std::int64_t columns = learner_->model().features();
  if (kind == "nb") ratios_ = log_ratios(record_, columns);
  const auto numbers = at::TensorOptions().dtype(at::kDouble);
  texts_.emplace(record_.query, record_.rows.size(0), at::kDouble);
  found_ = {{kTable, at::zeros({record_.rows.size(0), columns}, numbers)},
            {kBias, at::zeros({columns}, numbers)}};
}

TrainedModel LinearFit::at(double penalty) {
  const Network& model = learner_->model();
  const Params first = learner_->init(Key{});
  const auto table_of = [&](const Tensor& weights) {
    return ratios_.defined() ? ratios_ * weights : weights;
  };
  const double share = penalty / (2 * static_cast<double>(examples_));
  const auto loss = [&](const Params& params, const Hyper&) {
    Params local = {{"head.weight", first.at("head.weight")},
                    {kTable, table_of(params.at(kTable))},
                    {kBias, params.at(kBias)}};
    const Tensor bags = texts_->times(local.at(kTable));
    const Tensor scores =
        model.score(local, model.linear_input()->rest(local, bags, record_.query, {}), {});
    return model.loss(scores, record_.query_targets, {}).sum() +
           share * params.at(kTable).square().sum();
  };
  const Params zero =
      found_.map([](const std::string&, const Tensor& value) { return at::zeros_like(value); });
  const double from = norm_of(Curvature(loss, zero).gradient());
  const Minimum minimum = minimised(loss, found_, {}, from, {.share = kSolved});
  if (!minimum.reached) {
    log_warning(cat("a linear teacher is not at its minimum: after ", minimum.steps,
                    " steps the norm of its gradient is ", minimum.gradient));
  }
  found_ = minimum.params;

  RunConfig served = config_;
  served.train.dtype = "float32";
  TrainedModel made;
  made.learner = std::make_unique<const Learner>(served, vocabulary_, labels_);
  made.meta = made.learner->init(Key{});
  const Tensor table =
      made.meta.at(kTable).index_copy(0, record_.rows, table_of(found_.at(kTable)).to(at::kFloat));
  made.meta.set(kTable, table);
  made.meta.set(kBias, found_.at(kBias).to(at::kFloat));
  return made;
}

}  // namespace inkling::distill
