#include <algorithm>
#include <cmath>
#include <numeric>

#include "inkling/base/error.h"
#include "inkling/base/interrupt.h"
#include "inkling/nn/bag.h"
#include "inkling/nn/row_bags.h"
#include "inkling/train/streams.h"
#include "inkling/train/tuning_steps.h"

namespace inkling {
namespace {

/// The first `count` texts of E = 1.
Batch first_texts(const Batch& batch, std::int64_t count) {
  if (count == batch.units) return batch;
  Batch some = batch;
  some.units = count;
  some.words.offsets = batch.words.offsets.narrow(0, 0, count + 1);
  const auto end = some.words.offsets[count].item<std::int64_t>();
  for (Tensor* each : {&some.words.ids, &some.words.weights, &some.words.frequencies}) {
    if (each->defined()) *each = each->narrow(0, 0, end);
  }
  if (batch.dense.defined()) some.dense = batch.dense.narrow(1, 0, count);
  some.words.longest = at::diff(some.words.offsets).max().item<std::int64_t>();
  return some;
}

/// The texts of every step, and those of validation, with ids that mean rows of one gathered table.
class Texts : public TuningSteps {
 public:
  struct Part {
    Batch batch;
    Tensor classes;  ///< int64 [U]
    Tensor places;   ///< int64 [U], of the training examples
    Tensor domains;  ///< int64 [U]; undefined where there are none
  };
  /// A part that reads bags of the table's rows as its table.
  struct ByRows {
    RowBags reads;
    Part part;
  };

  Texts(const Learner& learner, const TuningData& data, const TuningSize& size)
      : learner_(learner), key_(stream(learner.config().train.seed, Stream::noise)) {
    const Key order = stream(learner.config().train.seed, Stream::order);
    std::vector<std::int64_t> places(static_cast<std::size_t>(data.train->examples()));
    std::vector<Tensor> rows;
    for (std::int64_t t = 0; t < size.steps; ++t) {
      std::iota(places.begin(), places.end(), 0);
      Rng(order.fold(static_cast<std::uint64_t>(t))).shuffle(std::span(places));
      steps_.push_back(training_part(
          data, std::span(places).first(static_cast<std::size_t>(size.largest)), rows));
    }
    if (size.steps == 0) {
      std::iota(places.begin(), places.end(), 0);
      all_ = training_part(data, places, rows);
    }
    if (size.validates) {
      std::vector<std::int64_t> all(static_cast<std::size_t>(data.validation->examples()));
      std::iota(all.begin(), all.end(), 0);
      std::erase_if(
          all, [&](std::int64_t place) { return std::ranges::binary_search(data.overlap, place); });
      std::size_t kept = 0;
      if (size.check > 0) {
        Rng(stream(learner.config().train.seed, Stream::validation)).shuffle(std::span(all));
        kept = static_cast<std::size_t>(std::ceil(size.check * static_cast<double>(all.size())));
        if (kept == all.size()) {
          throw Error(ErrorKind::usage, "nothing is left of the validation data beside the check",
                      {"", 0, "check"}, "give more validation data, or a smaller --check");
        }
        check_ = part_of(data.validation->pass(std::span(all).first(kept)), rows);
      }
      validation_ = part_of(data.validation->pass(std::span(all).subspan(kept)), rows);
    }
    // What occurs anywhere is the table; ids are numbered anew by it.
    if (!rows.empty()) {
      rows_ = std::get<0>(at::_unique(at::cat(rows)));
      for (Part& part : steps_) renumber(part);
      if (size.steps == 0) renumber(all_);
      if (size.validates) renumber(validation_);
      if (size.check > 0) renumber(check_);
    }
    first_ = first_params(learner, rows_);
    if (!moves_by_rows()) return;
    for (const Part& part : steps_) by_rows_.push_back(by_rows_of(part));
  }

  Params start(const Hyper& hyper) const override { return learner_.started(first_.moving, hyper); }
  const Tensor& rows() const override { return rows_; }

  Tensor loss(const Params& params, const Hyper& hyper, std::int64_t t) const override {
    return step_loss(params, hyper, steps_[static_cast<std::size_t>(t)], t);
  }

  bool by_rows() const override { return !by_rows_.empty(); }
  RowStep row_step(std::int64_t t) const override {
    const ByRows& step = by_rows_[static_cast<std::size_t>(t)];
    return {step.reads, [this, &step, t](const Params& params, const Hyper& hyper) {
              return step_loss(params, hyper, step.part, t);
            }};
  }

  Tensor whole_loss(const Params& params, const Hyper& hyper) const override {
    check_interrupt();
    Context context = learner_.context();
    context.training = true;
    context.key = key_;
    return weighed_losses(params, hyper, all_, all_.batch.units, context).mean() +
           penalty(params, hyper);
  }

  Tensor check_loss(const Params& params) const override {
    return losses(params, check_, check_.batch.units, learner_.context()).mean();
  }

  Tensor validation_loss(const Params& params, const Hyper&) const override {
    return losses(params, validation_, validation_.batch.units, learner_.context()).mean();
  }

  Tensor validation_error(const Params& params, double temperature) const override {
    const Tensor scored = scores(params, validation_, validation_.batch.units, learner_.context());
    const Tensor shares = at::softmax(scored / temperature, -1);
    return 1 - shares.gather(1, validation_.classes.unsqueeze(1)).mean();
  }

 private:
  /// Where a text is one bag, its bag; else each of the part's rows.
  ByRows by_rows_of(const Part& part) const {
    const at::ScalarType dtype = learner_.dtype();
    ByRows made{{}, part};
    if (learner_.model().linear_input() != nullptr) {
      made.reads = row_bags(part.batch);
      made.part.batch.words = rows_alone(part.batch.units, dtype).words;
      return made;
    }
    const auto [rows, ids] = at::_unique(part.batch.words.ids, true, true);
    Batch alone = rows_alone(rows.size(0), dtype);
    alone.words.ids = rows;
    made.reads = row_bags(alone);
    made.part.batch.words.ids = ids;
    return made;
  }

  /// Whether the table is what a step moves of the parameters that have its rows.
  bool moves_by_rows() const {
    const Network& model = learner_.model();
    std::int64_t with_rows = 0;
    for (const auto& [name, value] : first_.still.merged(first_.moving)) {
      if (has_table_rows(model, name)) ++with_rows;
    }
    return rows_.defined() && with_rows == 1 && first_.moving.contains(model.table());
  }

  Tensor step_loss(const Params& params, const Hyper& hyper, const Part& part,
                   std::int64_t t) const {
    check_interrupt();
    const Tensor shares = shares_of_batch(hyper.at("batch_size"));
    Context context = learner_.context();
    context.training = true;
    context.key = key_.fold(static_cast<std::uint64_t>(t));
    const Tensor each = weighed_losses(params, hyper, part, shares.numel(), context);
    return at::dot(shares, each) + penalty(params, hyper);
  }

  /// The losses of the first `count` texts of a part. @return [count]
  Tensor losses(const Params& params, const Part& part, std::int64_t count,
                const Context& context) const {
    const Tensor logs = at::log_softmax(scores(params, part, count, context), -1);
    return logs.gather(1, part.classes.narrow(0, 0, count).unsqueeze(1)).squeeze(1).neg();
  }

  /// The losses that training counts of the first `count` texts of a part. @return [count]
  Tensor weighed_losses(const Params& params, const Hyper& hyper, const Part& part,
                        std::int64_t count, const Context& context) const {
    Tensor scored = scores(params, part, count, context);
    if (const Tensor* temperature = hyper.find("temperature")) scored = scored / *temperature;
    const Tensor logs = at::log_softmax(scored, -1);
    const Tensor truth = part.classes.narrow(0, 0, count);
    Tensor each = logs.gather(1, truth.unsqueeze(1)).squeeze(1).neg();
    if (const Tensor* smoothing = hyper.find("label_smoothing")) {
      each = (1 - *smoothing) * each - *smoothing * logs.mean(-1);
    }
    const auto weigh = [&](const char* name, const Tensor& by) {
      const Tensor* weights = hyper.find(name);
      if (weights != nullptr) each = each * weights->index_select(0, by.narrow(0, 0, count));
    };
    weigh("class_weight", part.classes);
    weigh("domain_weight", part.domains);
    weigh("example_weight", part.places);
    return each;
  }

  /// l2, one for all words or one for each, times the squares of their vectors.
  Tensor penalty(const Params& params, const Hyper& hyper) const {
    const Tensor* l2 = hyper.find("l2");
    if (l2 == nullptr) return at::zeros({}, params.begin()->second.options());
    const Tensor squares = params.at(learner_.model().table()).square().sum(1);
    return (*l2 * squares).sum();
  }

  Part training_part(const TuningData& data, std::span<const std::int64_t> places,
                     std::vector<Tensor>& rows) const {
    Part part = part_of(data.train->pass(places), rows);
    part.places = tensor_of(std::vector<std::int64_t>(places.begin(), places.end()));
    if (data.domains.empty()) return part;
    std::vector<std::int64_t> domains;
    for (const std::int64_t place : places) {
      domains.push_back(data.domain_of[static_cast<std::size_t>(place)]);
    }
    part.domains = tensor_of(domains);
    return part;
  }

  Part part_of(const Record& record, std::vector<Tensor>& rows) const {
    Part part{record.query, record.query_targets.classes.flatten(), {}, {}};
    // Every outer step reads the same texts again.
    if (learner_.model().linear_input() != nullptr) part.batch = without_repeats(part.batch);
    if (record.rows.defined()) {
      part.batch.words.ids = record.rows.index_select(0, part.batch.words.ids);
      rows.push_back(record.rows);
    }
    return part;
  }

  void renumber(Part& part) const {
    part.batch.words.ids = at::searchsorted(rows_, part.batch.words.ids);
  }

  /// @return [count, C]
  Tensor scores(const Params& params, const Part& part, std::int64_t count,
                const Context& context) const {
    const Network& model = learner_.model();
    const Params all = first_.still.merged(params);
    const Batch batch = first_texts(part.batch, count);
    return model.score(all, model.encode(all, batch, context), context)[0];
  }

  const Learner& learner_;
  Key key_;
  std::vector<Part> steps_;
  std::vector<ByRows> by_rows_;  ///< the same by what each step reads of the table
  Part all_;                     ///< where the loss of all examples is wanted
  Part validation_;
  Part check_;  ///< the rest of the validation data
  Tensor rows_;
  FirstParams first_;
};

}  // namespace

Tensor shares_of_batch(const Tensor& b) {
  const auto whole = static_cast<std::int64_t>(std::ceil(b.item<double>())) - 1;
  const Tensor last = (b - static_cast<double>(whole)).reshape({1});
  return at::cat({at::ones({whole}, last.options()), last}) / b;
}

std::unique_ptr<TuningSteps> example_steps(const Learner& learner, const TuningData& data,
                                           const TuningSize& size) {
  return std::make_unique<Texts>(learner, data, size);
}

}  // namespace inkling
