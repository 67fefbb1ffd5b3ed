#include "inkling/methods/meta_sgd/forward_rates.h"

#include "inkling/bilevel/forward/forward.h"
#include "inkling/methods/learned_rates.h"

namespace inkling::meta_sgd {
namespace {

constexpr std::string_view kRate = "learning_rate.";
/// Stream of the random choices on the query, as InnerLoop draws them.
constexpr std::uint64_t kQuery = 0x71756572;

/// The loss of an inner loop's support or query, as InnerLoop gives it with every weight dense.
class Losses {
 public:
  Losses(const Network& model, const Params& meta, const Record& record, const Context& context,
         Adapt adapt)
      : model_(model), record_(record), context_(context), head_(adapt == Adapt::head) {
    for (const auto& [name, value] : meta) {
      if (!of_encoder(name) && !of_head(name)) continue;
      (adapts(model, adapt, name) ? start_ : still_).set(name, value.detach());
    }
    // The features are those of every step, where the head alone moves.
    if (head_ && record.support.units > 0) {
      const torch::autograd::AutoGradMode off(false);
      features_ = model.encode(still_, record.support, context_);
    }
  }

  /// One copy an episode of what moves.
  Params start() const {
    return start_.map([&](const std::string&, const Tensor& value) {
      auto shape = value.sizes().vec();
      shape.insert(shape.begin(), record_.episodes());
      return value.unsqueeze(0).expand(shape);
    });
  }
  const Params& still() const { return still_; }

  Tensor of_support(const Params& fast, std::int64_t step) const {
    const Context at = at_step(step);
    const Params all = still_.merged(fast);
    const Tensor features = head_ ? features_ : model_.encode(all, record_.support, at);
    return model_.loss(model_.score(all, features, at), record_.support_targets, at);
  }

  /// @return [E]
  Tensor of_query(const Params& fast, const Params& still, std::int64_t step) const {
    Context at = at_step(step);
    at.key = at.key.fold(kQuery);
    Context of_features = head_ ? context_ : at;
    of_features.key = head_ ? context_.key.fold(kQuery) : at.key;
    const Params all = still.merged(fast);
    const Tensor features = model_.encode(all, record_.query, of_features);
    return model_.loss(model_.score(all, features, at), record_.query_targets, at_step(step));
  }

 private:
  Context at_step(std::int64_t step) const {
    Context context = context_;
    context.step = step;
    context.key = context_.key.fold(static_cast<std::uint64_t>(step));
    return context;
  }

  const Network& model_;
  const Record& record_;
  const Context& context_;
  bool head_;
  Params start_;
  Params still_;
  Tensor features_;
};

}  // namespace

Method::MetaGradient forward_gradient(const Network& model, const Params& meta,
                                      const Record& record, const Context& context, Adapt adapt,
                                      const TransformPtr& transform, std::int64_t steps) {
  const Context plain = [&] {
    Context detached_context = context;
    detached_context.hyper = detached(context.hyper);
    return detached_context;
  }();
  const Losses losses(model, meta, record, plain, adapt);
  InnerProblem problem;
  problem.loss = [&](const Params& fast, const Hyper&, std::int64_t step) {
    return losses.of_support(fast, step).sum();
  };
  problem.transform = transform;
  problem.steps = record.support.units > 0 ? steps : 0;
  problem.start = starting_at(losses.start());
  Hyper rates;
  for (const auto& [name, value] : plain.hyper) {
    (std::string_view(name).starts_with(kRate) ? rates : problem.fixed).set(name, value);
  }
  const Objective objective = {[&](const Params& fast, const Hyper&) {
    return losses.of_query(fast, losses.still(), problem.steps).sum();
  }};
  const Hypergradient found = forward()->estimate(problem, objective, rates);

  const torch::autograd::AutoGradMode on(true);
  const Params fast = leaves(found.last.params);
  const Params still = leaves(losses.still());
  const Tensor last = losses.of_query(fast, still, problem.steps);
  const Params all = fast.merged(still);
  const Params direct = all.with(gradients(last.sum(), all.tensors(), false));
  Method::MetaGradient result;
  result.losses = last.detach();
  for (const auto& [name, value] : meta) {
    if (!value.requires_grad()) continue;
    if (const Tensor* own = direct.find(name)) {
      result.gradients.push_back(fast.contains(name) ? own->sum(0) : *own);
    } else {
      result.gradients.push_back(found.gradient.at(hyper_of_rate(name)));
    }
  }
  return result;
}

}  // namespace inkling::meta_sgd
