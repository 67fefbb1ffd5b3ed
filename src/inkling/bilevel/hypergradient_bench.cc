// Hypergradients beside the training steps that they go through: "times_the_steps" is the ratio of
// one run, taken in turns.
#include <benchmark/benchmark.h>

#include <chrono>
#include <map>

#include "inkling/bilevel/forward/forward.h"
#include "inkling/bilevel/implicit/implicit.h"
#include "inkling/bilevel/reverse/reverse.h"
#include "inkling/bilevel/tensor_bytes.h"

namespace inkling {
namespace {

constexpr std::int64_t kSteps = 100;
// Of a batch of words.
constexpr std::int64_t kTexts = 32;
constexpr std::int64_t kWords = 200;

struct Problem {
  InnerProblem inner;
  Objective outer;
  Hyper hyper;
};

Tensor number(double value) {
  return at::scalar_tensor(value, at::kFloat);
}

/// Minibatches of two dense layers: what costs is their products.
Problem dense(const TransformPtr& transform) {
  const Tensor x = normal(Key{1}, {8, 128, 128}, at::kFloat);
  const Tensor y = at::one_hot(x.sum(2).gt(0).to(at::kLong), 2).to(at::kFloat);
  const auto loss = [x, y](const Params& params, std::int64_t batch) {
    const Tensor h = at::addmm(params.at("b"), x[batch], params.at("w")).tanh();
    return at::log_softmax(at::mm(h, params.at("v")), -1).mul(y[batch]).sum(-1).mean().neg();
  };
  Problem problem;
  problem.inner.loss = [loss](const Params& params, const Hyper& hyper, std::int64_t step) {
    return loss(params, step % 7) + hyper.at("l2") * params.at("w").square().sum();
  };
  problem.inner.transform = transform;
  problem.inner.start = starting_at({{"w", normal(Key{2}, {128, 256}, at::kFloat) * .05},
                                     {"b", at::zeros({256})},
                                     {"v", normal(Key{3}, {256, 2}, at::kFloat) * .05}});
  problem.outer.loss = [loss](const Params& params, const Hyper&) { return loss(params, 7); };
  return problem;
}

/// The mean of a text's words and a linear head, under Adam: what costs is the table's passage
/// through memory; by rows, that of the rows that occur.
Problem words_of(const TransformPtr& transform, bool by_rows) {
  constexpr std::int64_t kRows = 10000;
  Problem problem;
  Rng rng(Key{4});
  std::vector<std::int64_t> ids;
  for (std::int64_t i = 0; i < 8 * kTexts * kWords; ++i) {
    const double u = rng.uniform();
    ids.push_back(static_cast<std::int64_t>(static_cast<double>(kRows) * u * u * u));
  }
  const Tensor all = tensor_of(ids).reshape({8, kTexts * kWords});
  const Tensor offsets = at::arange(kTexts) * kWords;
  const Tensor y = normal(Key{5}, {8, kTexts}, at::kFloat).gt(0).to(at::kFloat);
  const auto loss = [=](const Params& params, std::int64_t batch) {
    const Tensor rows = at::embedding(params.at("table"), all[batch]);
    const Tensor texts = rows.reshape({kTexts, kWords, -1}).mean(1);
    const Tensor scores = at::mv(texts, params.at("head"));
    return at::softplus(scores).sub(scores * y[batch]).mean();
  };
  problem.inner.loss = [loss](const Params& params, const Hyper&, std::int64_t step) {
    return loss(params, step % 7);
  };
  problem.inner.transform = transform;
  problem.inner.start = starting_at({{"table", normal(Key{2}, {kRows, 128}, at::kFloat) * .05},
                                     {"head", normal(Key{3}, {128}, at::kFloat) * .05}});
  problem.outer.loss = [loss](const Params& params, const Hyper&) { return loss(params, 7); };
  if (!by_rows) return problem;
  problem.inner.table = "table";
  problem.inner.row_step = [all, offsets, y](std::int64_t step) {
    const std::int64_t batch = step % 7;
    Batch texts;
    texts.episodes = 1;
    texts.units = kTexts;
    texts.words = {all[batch],
                   at::full({kTexts * kWords}, 1. / kWords, at::kFloat),
                   at::cat({offsets, at::full({1}, kTexts * kWords, at::kLong)}),
                   kWords,
                   {}};
    return RowStep{row_bags(texts), [y, batch](const Params& params, const Hyper&) {
                     const Tensor scores = at::mv(params.at("table"), params.at("head"));
                     return at::softplus(scores).sub(scores * y[batch]).mean();
                   }};
  };
  return problem;
}

Problem words(const TransformPtr& transform) {
  return words_of(transform, false);
}
Problem rows(const TransformPtr& transform) {
  return words_of(transform, true);
}

const std::map<std::string, Hyper>& hypers() {
  static const std::map<std::string, Hyper> all = {
      {"one", {{"learning_rate", number(.01)}}},
      {"three",
       {{"learning_rate", number(.01)}, {"l2", number(1e-4)}, {"weight_decay", number(1e-3)}}}};
  return all;
}

void beside_the_steps(benchmark::State& state, Problem (*make)(const TransformPtr&),
                      const TransformPtr& transform, const EstimatorPtr& estimator,
                      const char* which, std::int64_t steps) {
  using Clock = std::chrono::steady_clock;
  Problem problem = make(transform);
  problem.inner.steps = steps;
  problem.inner.fixed = hypers().at("three");
  double plain = 0;
  double gradient = 0;
  for (auto _ : state) {
    const auto begin = Clock::now();
    benchmark::DoNotOptimize(trained(problem.inner, problem.outer, hypers().at(which)));
    const auto middle = Clock::now();
    benchmark::DoNotOptimize(estimator->estimate(problem.inner, problem.outer, hypers().at(which)));
    plain += std::chrono::duration<double>(middle - begin).count();
    gradient += std::chrono::duration<double>(Clock::now() - middle).count();
  }
  state.counters["times_the_steps"] = gradient / plain;
  state.counters["ms_a_step"] =
      1e3 * plain / static_cast<double>(steps) / static_cast<double>(state.iterations());
}

#define INKLING_RATIO(problem, transform, name, estimator, hyper, steps)                      \
  BENCHMARK_CAPTURE(beside_the_steps, problem##_##name, problem, transform, estimator, hyper, \
                    steps)                                                                    \
      ->Unit(benchmark::kMillisecond)

INKLING_RATIO(dense, sgd(), sgd_reverse, reverse(), "three", kSteps);
INKLING_RATIO(dense, sgd(), sgd_reverse_8_states, reverse({.slots = 8}), "three", kSteps);
INKLING_RATIO(dense, sgd(), sgd_forward_1, forward(), "one", kSteps);
INKLING_RATIO(dense, sgd(), sgd_forward_3, forward(), "three", kSteps);
INKLING_RATIO(dense, sgd(), sgd_implicit, implicit(conjugate_gradient({.iterations = 20})), "three",
              kSteps);
INKLING_RATIO(dense, chain({adam(), decay()}), adam_reverse, reverse(), "three", kSteps);
INKLING_RATIO(dense, chain({adam(), decay()}), adam_reverse_8_states, reverse({.slots = 8}),
              "three", kSteps);
INKLING_RATIO(dense, chain({adam(), decay()}), adam_forward_1, forward(), "one", kSteps);
INKLING_RATIO(dense, chain({adam(), decay()}), adam_forward_3, forward(), "three", kSteps);
INKLING_RATIO(words, adam(), adam_reverse, reverse(), "one", 10);
INKLING_RATIO(words, adam(), adam_reverse_8_states, reverse({.slots = 8}), "one", 50);
INKLING_RATIO(words, adam(), adam_forward_1, forward(), "one", 10);
INKLING_RATIO(rows, adam(), adam_reverse, reverse(), "one", kSteps);
INKLING_RATIO(rows, adam(), adam_reverse_8_states, reverse({.slots = 8}), "one", kSteps);
INKLING_RATIO(rows, adam(), adam_forward_1, forward(), "one", kSteps);

/// The most bytes of tensors that live at once.
void peak(benchmark::State& state, const Problem& of, const EstimatorPtr& estimator,
          std::int64_t steps) {
  Problem problem = of;
  problem.inner.steps = steps;
  problem.inner.fixed = hypers().at("three");
  const auto bytes = std::make_shared<TensorBytes>();
  const c10::DebugInfoGuard guard(c10::DebugInfoKind::PROFILER_STATE, bytes);
  for (auto _ : state) {
    benchmark::DoNotOptimize(estimator->estimate(problem.inner, problem.outer, hypers().at("one")));
  }
  state.counters["peak_MB"] = static_cast<double>(bytes->peak()) / 1e6;
}

#define INKLING_PEAK(problem, name, estimator, steps) \
  BENCHMARK_CAPTURE(peak, name##_##steps, problem, estimator, steps)->Unit(benchmark::kMillisecond)

const Problem& dense_of_adam() {
  static const Problem problem = dense(chain({adam(), decay()}));
  return problem;
}
const Problem& rows_of_adam() {
  static const Problem problem = rows(adam());
  return problem;
}

INKLING_PEAK(dense_of_adam(), dense_reverse_8_states, reverse({.slots = 8}), 50);
INKLING_PEAK(dense_of_adam(), dense_reverse_8_states, reverse({.slots = 8}), 1000);
INKLING_PEAK(dense_of_adam(), dense_forward, forward(), 50);
INKLING_PEAK(dense_of_adam(), dense_forward, forward(), 1000);
INKLING_PEAK(rows_of_adam(), rows_reverse_8_states, reverse({.slots = 8}), 50);
INKLING_PEAK(rows_of_adam(), rows_reverse_8_states, reverse({.slots = 8}), 1000);
INKLING_PEAK(rows_of_adam(), rows_forward, forward(), 50);
INKLING_PEAK(rows_of_adam(), rows_forward, forward(), 1000);

}  // namespace
}  // namespace inkling
