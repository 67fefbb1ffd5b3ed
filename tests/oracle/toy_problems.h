// The toy problems of the oracle tests, as models: the methods run on them through their public
// interface, in float64.
#pragma once

#include <cmath>
#include <vector>

#include "inkling/nn/network.h"

namespace inkling::toy {

inline Tensor number(double value) {
  return at::scalar_tensor(value, at::kDouble);
}

inline Tensor numbers(const std::vector<double>& values, at::IntArrayRef shape) {
  return tensor_of(std::span<const double>(values), shape);
}

/// One parameter theta; the loss of an episode is a/2 (theta - c)^2, its (a, c) stand in the
/// targets [E, 1, 2].
class Quadratic : public Network {
 public:
  Params init(Key) const override { return {{"encoder.theta", number(0)}}; }
  Tensor encode(const Params& params, const Batch& batch, const Context&) const override {
    const Tensor& theta = params.at("encoder.theta");
    return (theta.dim() == 0 ? theta.expand({batch.episodes}) : theta)
        .reshape({batch.episodes, 1, 1});
  }
  Tensor score(const Params&, const Tensor& features, const Context&) const override {
    return features;
  }
  Tensor loss(const Tensor& scores, const Targets& targets, const Context&) const override {
    const Tensor a = targets.values.select(2, 0);
    const Tensor c = targets.values.select(2, 1);
    return (a * (scores.squeeze(2) - c).square() / 2).mean(1);
  }
  Params init_head(Key, std::int64_t) const override { return {}; }
};

/// Episodes whose support and query loss is a/2 (theta - c)^2.
inline Record quadratic_tasks(const std::vector<std::pair<double, double>>& tasks) {
  std::vector<double> values;
  for (const auto& [a, c] : tasks) values.insert(values.end(), {a, c});
  const auto count = static_cast<std::int64_t>(tasks.size());
  Record record;
  record.support = {count, 1, {}, {}};
  record.query = {count, 1, {}, {}};
  record.support_targets.values = numbers(values, {count, 1, 2});
  record.query_targets = record.support_targets;
  return record;
}

/// f(x) = head.w2 * encoder.w1 * x with half the squared error.
class TwoFactors : public Network {
 public:
  Params init(Key) const override { return {{"encoder.w1", number(1)}, {"head.w2", number(.5)}}; }
  Tensor encode(const Params& params, const Batch& batch, const Context&) const override {
    return batch.dense * spread(params.at("encoder.w1"));
  }
  Tensor score(const Params& params, const Tensor& features, const Context&) const override {
    return features * spread(params.at("head.w2"));
  }
  Tensor loss(const Tensor& scores, const Targets& targets, const Context&) const override {
    return ((scores - targets.values).square() / 2).sum({1, 2});
  }
  Params init_head(Key, std::int64_t) const override { return {{"head.w2", number(.5)}}; }

 private:
  static Tensor spread(const Tensor& w) { return w.dim() == 0 ? w : w.reshape({-1, 1, 1}); }
};

/// Loss a * x^2 or a * x of an inner variable a (encoder.a) with an outer x (head.x, which the
/// inner loop leaves alone when it adapts the body): the TorchOpt tutorial. The power stands in the
/// targets [E, 1, 1].
class Product : public Network {
 public:
  Params init(Key) const override { return {{"encoder.a", number(1)}, {"head.x", number(2)}}; }
  Tensor encode(const Params& params, const Batch& batch, const Context&) const override {
    const Tensor& a = params.at("encoder.a");
    return (a.dim() == 0 ? a.expand({batch.episodes}) : a).reshape({batch.episodes, 1, 1});
  }
  Tensor score(const Params& params, const Tensor& features, const Context&) const override {
    return at::cat({features * params.at("head.x"), features * params.at("head.x").square()}, -1);
  }
  Tensor loss(const Tensor& scores, const Targets& targets, const Context&) const override {
    return at::where(targets.values == 1, scores.select(2, 0).unsqueeze(2),
                     scores.select(2, 1).unsqueeze(2))
        .sum({1, 2});
  }
  Params init_head(Key, std::int64_t) const override { return {}; }
};

/// f(x) = theta x with half the squared error.
class Line : public Network {
 public:
  std::int64_t features() const override { return 1; }
  Params init(Key) const override { return {{"encoder.theta", number(0)}}; }
  Tensor encode(const Params& params, const Batch& batch, const Context&) const override {
    return batch.dense * params.at("encoder.theta");
  }
  Tensor score(const Params&, const Tensor& features, const Context&) const override {
    return features;
  }
  Tensor loss(const Tensor& scores, const Targets& targets, const Context&) const override {
    return (scores - targets.values).square().mean({1, 2}) / 2;
  }
  Params init_head(Key, std::int64_t) const override { return {}; }
};

/// Features are the units' own numbers, without parameters.
class Identity : public Network {
 public:
  explicit Identity(std::int64_t features = 0) : features_(features) {}
  std::int64_t features() const override { return features_; }
  Params init(Key) const override { return {}; }
  Tensor encode(const Params&, const Batch& batch, const Context&) const override {
    return batch.dense;
  }
  Tensor score(const Params&, const Tensor& features, const Context&) const override {
    return features;
  }
  Tensor loss(const Tensor& scores, const Targets& targets, const Context&) const override {
    return at::log_softmax(scores, -1)
        .gather(-1, targets.classes.unsqueeze(-1))
        .squeeze(-1)
        .mean(-1)
        .neg();
  }
  Params init_head(Key, std::int64_t) const override { return {}; }

 private:
  std::int64_t features_;
};

}  // namespace inkling::toy
