#include <algorithm>
#include <numeric>
#include <set>

#include "inkling/api/hyperparameters.h"
#include "inkling/base/error.h"
#include "inkling/base/interrupt.h"
#include "inkling/base/strings.h"
#include "inkling/train/streams.h"
#include "inkling/train/tuning_steps.h"

namespace inkling {
namespace {

/// Episodes of validation that are computed together.
constexpr std::int64_t kTogether = 10;

class Episodes : public TuningSteps {
 public:
  Episodes(const Learner& learner, const TuningData& data, const TuningSize& size)
      : learner_(learner),
        key_(stream(learner.config().train.seed, Stream::noise)),
        steps_(static_cast<std::size_t>(size.steps)) {
    for (const Hyperparameter& one : hyperparameters()) {
      if (one.section == "method") of_method_.insert(one.name);
    }
    std::vector<Tensor> rows;
    // Where their number is tuned each stands alone, so that any number of them can be taken; where
    // words are the units a record has no more.
    const bool of_words = learner.task().reads_spans();
    const std::int64_t together = size.sized || of_words ? 1 : size.largest;
    for (std::int64_t t = 0; t < size.steps; ++t) {
      make(*data.train, t * size.largest, size.largest, together,
           steps_[static_cast<std::size_t>(t)], rows);
    }
    if (size.validates) {
      make(*data.validation, 0, size.validation, of_words ? 1 : kTogether, validation_, rows);
    }
    if (!rows.empty()) rows_ = std::get<0>(at::_unique(at::cat(rows)));
    for (auto& records : steps_) renumber(records);
    renumber(validation_);
    first_ = first_params(learner, rows_);
  }

  Params start(const Hyper& hyper) const override { return learner_.started(first_.moving, hyper); }
  const Tensor& rows() const override { return rows_; }

  Tensor loss(const Params& params, const Hyper& hyper, std::int64_t t) const override {
    check_interrupt();
    const auto& records = steps_[static_cast<std::size_t>(t)];
    const Context context = context_of(t, hyper);
    const Shares shares = shares_of(records, hyper);
    Tensor loss;
    for (std::int64_t i = 0; i < shares.records; ++i) {
      const Record& record = records[static_cast<std::size_t>(i)];
      const Tensor sum = losses(params, record, of_record(context, records, i)).sum();
      const Tensor part = shares.sized.defined() ? shares.sized[i] * sum : shares.each * sum;
      loss = loss.defined() ? loss + part : part;
    }
    return loss;
  }

  Followed followed(const Params& params, const Hyper& hyper, std::int64_t t) const override {
    check_interrupt();
    const torch::autograd::AutoGradMode on(true);
    const auto& records = steps_[static_cast<std::size_t>(t)];
    const Context context = context_of(t, hyper);
    const Shares shares = shares_of(records, hyper);
    const Params all = first_.still.merged(leaves(params));
    Followed found;
    for (std::int64_t i = 0; i < shares.records; ++i) {
      const Record& record = records[static_cast<std::size_t>(i)];
      const Context own = of_record(context, records, i);
      const auto of = learner_.method().meta_gradient(learner_.model(), all, record, own);
      const torch::autograd::AutoGradMode off(false);
      const double share = shares.sized.defined() ? shares.sized[i].item<double>() : shares.each;
      found.loss += share * of.losses.sum().item<double>();
      const Params part = share * params.with(of.gradients);
      found.gradients = i == 0 ? part : found.gradients + part;
    }
    return found;
  }

  Tensor validation_loss(const Params& params, const Hyper& hyper) const override {
    Tensor sum;
    std::int64_t count = 0;
    for (const Record& record : validation_) {
      const Tensor part = losses(params, record, context_with(hyper)).sum();
      sum = sum.defined() ? sum + part : part;
      count += record.episodes();
    }
    return sum / static_cast<double>(count);
  }

 private:
  /// Episodes `begin` .. `begin + count - 1`, `together` a record.
  void make(const EpisodeSource& source, std::int64_t begin, std::int64_t count,
            std::int64_t together, std::vector<Record>& records, std::vector<Tensor>& rows) const {
    for (std::int64_t at = 0; at < count; at += together) {
      check_interrupt();
      std::vector<std::uint64_t> numbers(static_cast<std::size_t>(std::min(together, count - at)));
      std::iota(numbers.begin(), numbers.end(), static_cast<std::uint64_t>(begin + at));
      records.push_back(source.make(numbers));
      Record& record = records.back();
      if (!record.rows.defined()) continue;
      for (Batch* batch : {&record.support, &record.query}) {
        if (!batch->words.ids.defined()) continue;
        batch->words.ids = record.rows.index_select(0, batch->words.ids);
      }
      rows.push_back(record.rows);
    }
  }

  void renumber(std::vector<Record>& records) const {
    for (Record& record : records) {
      if (!record.rows.defined()) continue;
      for (Batch* batch : {&record.support, &record.query}) {
        if (!batch->words.ids.defined()) continue;
        batch->words.ids = at::searchsorted(rows_, batch->words.ids);
      }
      record.rows = rows_;
    }
  }

  /// What each episode of a step counts: `each`, or where their number is tuned, `sized` [records].
  struct Shares {
    std::int64_t records = 0;  ///< those that count at all
    double each = 0;
    Tensor sized = {};
  };
  static Shares shares_of(const std::vector<Record>& records, const Hyper& hyper) {
    if (const Tensor* size = hyper.find("meta_batch")) {
      const Tensor shares = shares_of_batch(*size);
      return {shares.numel(), 0, shares};
    }
    std::int64_t episodes = 0;
    for (const Record& record : records) episodes += record.episodes();
    return {std::ssize(records), 1 / static_cast<double>(episodes)};
  }

  static Context of_record(const Context& context, const std::vector<Record>& records,
                           std::int64_t i) {
    Context own = context;
    if (records.size() > 1) own.key = context.key.fold(static_cast<std::uint64_t>(i));
    return own;
  }

  Context context_of(std::int64_t t, const Hyper& hyper) const {
    Context context = context_with(hyper);
    context.key = key_.fold(static_cast<std::uint64_t>(t));
    context.training = true;
    context.progress = static_cast<double>(t) / static_cast<double>(steps_.size());
    return context;
  }

  /// The method's hyperparameters, those that are tuned among them.
  Context context_with(const Hyper& hyper) const {
    constexpr std::string_view kStep = "step.";
    Context context = learner_.context();
    for (const auto& [key, value] : hyper) {
      std::string_view name = key;
      const bool steps = name.starts_with(kStep);
      if (steps) name.remove_prefix(kStep.size());
      const std::string_view own = name.substr(0, name.find('.'));
      if (!of_method_.contains(std::string(own))) continue;
      const std::string read = method_key(own);
      // One of all steps goes before one a step.
      if (steps && own == name) context.hyper.erase(read);
      context.hyper.set(cat(steps ? kStep : "", read, name.substr(own.size())), value);
    }
    return context;
  }

  /// @return [E]
  Tensor losses(const Params& params, const Record& record, const Context& context) const {
    // The steps on a support are gradients, also where nobody asks for one of the result.
    const torch::autograd::AutoGradMode on(true);
    const Params all = first_.still.merged(params);
    return learner_.method().meta_loss(learner_.model(), all, record, context);
  }

  const Learner& learner_;
  Key key_;
  std::vector<std::vector<Record>> steps_;
  std::vector<Record> validation_;
  Tensor rows_;
  FirstParams first_;
  std::set<std::string> of_method_;  ///< names of hyperparameters
};

}  // namespace

std::unique_ptr<TuningSteps> episode_steps(const Learner& learner, const TuningData& data,
                                           const TuningSize& size) {
  return std::make_unique<Episodes>(learner, data, size);
}

}  // namespace inkling
