#include "inkling/train/influence_report.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/bilevel/influence.h"
#include "inkling/methods/method_registry.h"
#include "inkling/train/session.h"

namespace inkling {
namespace {

using nlohmann::json;

constexpr std::int64_t kTogether = 256;
/// A residual that is no solution any more.
constexpr double kUnsolved = 1e-2;

void check_model(const Learner& learner) {
  const Traits& traits = learner.method().traits();
  const auto minimises = [](const Traits& t) {
    return !t.episodic && t.clean == 0 && t.unlabelled_ratio == 0 && !t.self_supervised;
  };
  if (!minimises(traits)) {
    throw Error(ErrorKind::usage,
                cat("influence is of models that minimise the mean loss of their training texts, "
                    "and this one was trained by ",
                    learner.config().method.name),
                {"", 0, "model"}, cat("train with one of: ", methods_that(minimises)));
  }
  if (!learner.task().reads_text() || learner.tasks_by() == TasksBy::label) {
    throw Error(ErrorKind::usage, "influence is of classes of texts that keep their meaning",
                {"", 0, "model"}, "train with --tasks-by single or group");
  }
}

std::int32_t class_of(const Learner& learner, const std::string& label, const Where& where) {
  const auto& labels = learner.labels();
  const auto found = std::ranges::find(labels, label);
  if (found == labels.end()) {
    throw Error(ErrorKind::data, cat("the model does not know the label '", label, "'"), where,
                known_names_hint(label, labels));
  }
  return static_cast<std::int32_t>(found - labels.begin());
}

/// The texts that were trained on and the one that is asked about, with ids that mean rows of one
/// gathered table.
class Texts {
 public:
  struct Part {
    Batch batch;
    Tensor classes;   ///< int64 [n]
    Tensor features;  ///< [1, n, H], where the head alone moves
  };

  Texts(const TrainedModel& model, const EpisodeSource& train, const EpisodeSource& query,
        bool head)
      : learner_(*model.learner), head_(head) {
    std::vector<std::int64_t> places(static_cast<std::size_t>(train.examples()));
    std::iota(places.begin(), places.end(), 0);
    std::vector<Record> records;
    const std::span<const std::int64_t> all(places);
    for (std::size_t at = 0; at < all.size(); at += kTogether) {
      records.push_back(
          train.pass(all.subspan(at, std::min<std::size_t>(kTogether, all.size() - at))));
    }
    records.push_back(query.pass(std::vector<std::int64_t>{0}));
    std::vector<Tensor> rows;
    for (const Record& record : records) {
      if (record.rows.defined()) rows.push_back(record.rows);
    }
    Tensor together;
    if (!rows.empty()) together = std::get<0>(at::_unique(at::cat(rows)));
    const Params params = detached(gathered(learner_.model(), model.meta, together));
    const auto moves = [&](const std::string& name) {
      return (!head || of_head(name)) && learner_.method().trains(learner_.model(), name);
    };
    params_ = params.where(moves);
    still_ = params.where([&](const std::string& name) { return !moves(name); });
    for (Record& record : records) {
      if (record.rows.defined()) {
        record.query.words.ids =
            at::searchsorted(together, record.rows).index_select(0, record.query.words.ids);
      }
      parts_.push_back({record.query, record.query_targets.classes.flatten(), {}});
      if (head) parts_.back().features = encoded(params, parts_.back());
    }
    // The head's products are small: in float64 conjugate gradient comes to its end.
    if (head) {
      params_ = params_.map(
          [](const std::string&, const Tensor& value) { return value.to(at::kDouble); });
    }
    query_ = std::move(parts_.back());
    parts_.pop_back();
  }

  const Params& params() const { return params_; }
  const Part& query() const { return query_; }

  /// @return [n, C]
  Tensor scores(const Params& params, const Part& part) const {
    const Params all = still_.merged(params);
    const Tensor features = head_ ? part.features : encoded(all, part);
    return learner_.model().score(all, features, learner_.context())[0];
  }
  std::vector<Tensor> scores(const Params& params) const {
    std::vector<Tensor> all;
    for (const Part& part : parts_) all.push_back(scores(params, part));
    return all;
  }

  /// @return [n]
  Tensor losses(const Params& params, const Part& part, const Tensor& classes) const {
    return at::log_softmax(scores(params, part), -1)
        .gather(1, classes.unsqueeze(1))
        .squeeze(1)
        .neg();
  }
  /// Those of a whole part, as influence_on asks for them.
  Tensor losses(const Params& params, std::int64_t first) const {
    const Part& part = parts_.at(static_cast<std::size_t>(first / kTogether));
    return losses(params, part, part.classes);
  }

  /// Of the mean training loss.
  Params gradient(std::int64_t count) const {
    const torch::autograd::AutoGradMode on(true);
    const Params at = leaves(params_);
    Params sum = at.map(
        [](const std::string&, const Tensor& value) { return at::zeros_like(value.detach()); });
    for (const Part& part : parts_) {
      const Tensor loss = losses(at, part, part.classes).sum() / static_cast<double>(count);
      sum = sum + at.with(gradients(loss, at.tensors(), false));
    }
    return sum;
  }

 private:
  Tensor encoded(const Params& params, const Part& part) const {
    const Tensor features = learner_.model().encode(params, part.batch, learner_.context());
    return head_ ? features.detach().to(at::kDouble) : features;
  }

  const Learner& learner_;
  bool head_;
  Params params_;
  Params still_;
  std::vector<Part> parts_;
  Part query_;
};

/// The texts that change the loss most, those of the largest `sign` * change first.
json extremes(const Tensor& changes, double sign, std::int64_t top, const TextSplit& split) {
  if (!changes.isfinite().all().item<bool>()) {
    throw Error(ErrorKind::numeric, "the influence of a text is not finite", {"", 0, "damping"},
                "use a larger --damping");
  }
  const auto count = std::min(top, changes.size(0));
  const auto [values, places] = (sign * changes).topk(count);
  json shown = json::array();
  for (std::int64_t i = 0; i < count; ++i) {
    const auto change = values[i].item<double>();
    if (!(change > 0)) break;
    const PoolExample& example = split.pool[static_cast<std::size_t>(places[i].item<int64_t>())];
    shown.push_back({{"change", sign * change},
                     {"label", split.labels[static_cast<std::size_t>(example.label)]},
                     {"text", split.texts[static_cast<std::size_t>(example.index)]}});
  }
  return shown;
}

}  // namespace

json influence_report(const TrainedModel& model, const RunConfig& config,
                      const InfluenceOptions& options, Workers& workers) {
  const Learner& learner = *model.learner;
  check_model(learner);
  TextSplit query;
  query.texts = {options.text};
  query.pool = {PoolExample{}};
  query.labels = learner.labels();
  if (!options.label.empty()) {
    query.pool[0].label = class_of(learner, options.label, {"", 0, "label"});
  }
  const TextSplit train = usable_splits(config).train;
  if (train.pool.empty()) {
    throw Error(ErrorKind::data, "there is no training text", {join(config.data.train, ","), 0, ""},
                "give --train FILE with the texts that the model was trained on");
  }
  std::vector<std::int32_t> classes;
  for (const std::string& label : train.labels) {
    classes.push_back(class_of(learner, label, {join(config.data.train, ","), 0, "label"}));
  }
  TextSplit renamed = train;
  renamed.labels = learner.labels();
  for (PoolExample& example : renamed.pool) {
    example.label = classes[static_cast<std::size_t>(example.label)];
  }
  const TextData train_data = tokenised(renamed, learner.vocabulary(), workers.threads());
  const TextData query_data = tokenised(query, learner.vocabulary(), workers.threads());
  const auto train_source = learner.source(&train_data, {0, 0, 0}, Key{});
  const auto query_source = learner.source(&query_data, {0, 0, 0}, Key{});
  const bool head = options.parameters == "head";
  const Texts texts(model, *train_source, *query_source, head);
  const Params& at = texts.params();

  const Tensor probabilities = at::softmax(texts.scores(at, texts.query()), -1)[0].detach();
  const auto answer = probabilities.argmax().item<std::int64_t>();
  const Tensor truth =
      options.label.empty() ? at::full({1}, answer, at::kLong) : texts.query().classes;
  const Params leaf = leaves(at);
  const Tensor loss = texts.losses(leaf, texts.query(), truth).sum();
  const Params of_query = at.with(gradients(loss, leaf.tensors(), false));
  const auto count = static_cast<std::int64_t>(train.pool.size());
  const Curvature curvature(
      gauss_newton([&](const Params& params) { return texts.scores(params); }, at), at, {},
      options.damping);
  const SolverPtr solver =
      conjugate_gradient({.iterations = options.cg_steps, .tolerance = head ? 1e-8 : 1e-4});
  const Influence influence = influence_on(
      of_query, curvature, at,
      [&](const Params& params, std::int64_t first, std::int64_t) {
        return texts.losses(params, first);
      },
      count, *solver, kTogether);
  // The curvature is of the mean, and a text is one of so many.
  const Tensor changes = influence.changes / static_cast<double>(count);
  const Params rest = texts.gradient(count);

  json remarks = json::array();
  for (const std::string& remark : influence.solution.remarks) remarks.push_back(remark);
  if (influence.solution.residual > kUnsolved) {
    remarks.push_back(
        cat("conjugate gradient has not come to its end: the order of the texts may "
            "be wrong; use more --cg-steps or a larger --damping"));
  }
  return {{"model", options.model},
          {"text", options.text},
          {"answer", learner.labels()[static_cast<std::size_t>(answer)]},
          {"label", learner.labels()[static_cast<std::size_t>(truth.item<std::int64_t>())]},
          {"loss", loss.item<double>()},
          {"examples", count},
          {"parameters", options.parameters},
          {"damping", options.damping},
          {"residual", influence.solution.residual},
          {"iterations", influence.solution.iterations},
          {"gradient_norm", std::sqrt(dot(rest, rest))},
          {"remarks", remarks},
          {"helped", extremes(changes, 1, options.top, train)},
          {"harmed", extremes(changes, -1, options.top, train)}};
}

}  // namespace inkling
