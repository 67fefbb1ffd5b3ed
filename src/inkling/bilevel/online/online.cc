#include "inkling/bilevel/online/online.h"

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/bilevel/forward/tangents.h"

namespace inkling {
namespace {

using torch::autograd::AutoGradMode;
using Tensors = std::vector<Tensor>;

/// A training whose steps tell how the parameters depend on the hyperparameters.
class Run {
 public:
  virtual ~Run() = default;
  virtual void look(const Hyper& hyper) = 0;
  virtual double loss() const = 0;
  virtual bool loss_reads_hyper() const = 0;
  virtual Params of_loss() const = 0;
  virtual Params along(const Params& of_params) const = 0;
  virtual void update(const Hyper& hyper) = 0;
  virtual InnerState state() const = 0;
  virtual std::int64_t products() const = 0;
};

class AllSteps : public Run {
 public:
  AllSteps(const InnerProblem& problem, const Hyper& hyper) : tangents_(problem, hyper) {}
  void look(const Hyper& hyper) override { tangents_.look(hyper); }
  double loss() const override { return tangents_.loss(); }
  bool loss_reads_hyper() const override { return tangents_.loss_reads_hyper(); }
  Params of_loss() const override { return tangents_.of_loss(); }
  Params along(const Params& of_params) const override { return tangents_.along(of_params); }
  void update(const Hyper& hyper) override { tangents_.update(hyper); }
  InnerState state() const override { return tangents_.state(); }
  std::int64_t products() const override { return tangents_.products(); }

 private:
  Tangents tangents_;
};

/// Keeps the last step's graph to the hyperparameters, and takes it back.
class LastStep : public Run {
 public:
  LastStep(const InnerProblem& problem, const Hyper& hyper)
      : problem_(problem), state_(first_state(problem, hyper)) {}

  void look(const Hyper& hyper) override {
    const AutoGradMode on(true);
    hyper_ = leaves(hyper);
    const Params at = leaves(state_.params);
    const auto [loss, found] = step_gradients(problem_, at, hyper_, state_.transform.step);
    loss_ = loss;
    std::size_t i = 0;
    gradient_ = at.map([&](const std::string&, const Tensor& value) {
      const Tensor& part = found[i++];
      return part.defined() ? part : at::zeros_like(value.detach());
    });
    own_.assign(found.begin() + static_cast<std::ptrdiff_t>(at.size()), found.end());
  }
  double loss() const override { return loss_; }
  bool loss_reads_hyper() const override {
    return std::ranges::any_of(own_, [](const Tensor& own) { return own.defined(); });
  }
  Params of_loss() const override {
    std::size_t i = 0;
    return along(detached(gradient_)).map([&](const std::string&, const Tensor& value) {
      const Tensor& own = own_[i++];
      return own.defined() ? value + own.detach() : value;
    });
  }

  Params along(const Params& of_params) const override {
    Tensors found(before_.size());
    Tensors outputs;
    Tensors towards;
    for (const auto& [name, value] : after_) {
      if (!value.requires_grad()) continue;
      outputs.push_back(value);
      towards.push_back(of_params.at(name));
    }
    if (!outputs.empty()) {
      found = torch::autograd::grad(outputs, before_.tensors(), towards, true, false, true);
      ++products_;
    }
    std::size_t i = 0;
    return hyper_.map([&](const std::string&, const Tensor& value) {
      const Tensor part = found.empty() ? Tensor() : found[i++];
      return part.defined() ? part : at::zeros_like(value.detach());
    });
  }

  void update(const Hyper& hyper) override {
    const AutoGradMode on(true);
    // Where the loss has been looked at under these, its gradient's graph goes on to their leaves.
    if (!loss_reads_hyper()) {
      hyper_ = leaves(hyper);
      gradient_ = detached(gradient_);
    }
    InnerState next = state_;
    next.move(*problem_.transform, gradient_, problem_.fixed.merged(hyper_));
    before_ = hyper_;
    after_ = next.params;
    state_ = next;
    state_.params = detached(next.params);
    for (Params& slot : state_.transform.slots) slot = detached(slot);
    gradient_ = {};
  }
  InnerState state() const override { return state_; }
  std::int64_t products() const override { return products_; }

 private:
  const InnerProblem& problem_;
  InnerState state_;
  double loss_ = 0;
  Hyper hyper_;      ///< leaves, of the step at hand
  Params gradient_;  ///< with its graph
  Tensors own_;      ///< the loss's own dependence on the hyperparameters, undefined where none
  Hyper before_;     ///< leaves of the last step,
  Params after_;     ///< and the parameters that it led to
  mutable std::int64_t products_ = 0;
};

}  // namespace

OnlineRun train_online(const InnerProblem& problem, const Hyper& hyper,
                       const OnlineOptions& options) {
  if (!options.move || options.every < 1) {
    throw Error(ErrorKind::usage, "online hyperparameters need a way to move, every step or later");
  }
  OnlineRun done;
  done.hyper = detached(hyper);
  std::unique_ptr<Run> run;
  if (options.through == OnlineOptions::Through::all_steps) {
    run = std::make_unique<AllSteps>(problem, done.hyper);
  } else {
    run = std::make_unique<LastStep>(problem, done.hyper);
  }
  Objective objective;
  objective.loss = options.loss;
  for (std::int64_t t = 0; t < problem.steps; ++t) {
    run->look(done.hyper);
    if (t > 0 && t % options.every == 0) {
      Params gradient;
      if (options.loss) {
        const LastValue value = last_value(problem, objective, run->state().params, done.hyper);
        gradient = value.of_hyper + run->along(value.of_params);
      } else {
        gradient = run->of_loss();
      }
      for (const auto& [name, value] : gradient) {
        if (value.isfinite().all().item<bool>()) continue;
        throw Error(ErrorKind::numeric,
                    cat("the gradient of '", name, "' is not finite at step ", t + 1, " of ",
                        problem.steps),
                    {"", 0, name}, "smaller moves, or a smaller learning rate to start from");
      }
      done.hyper = detached(options.move(done.hyper, gradient));
      if (run->loss_reads_hyper()) {
        run->look(done.hyper);
        ++done.cost.recomputed;
      }
    }
    done.losses.push_back(run->loss());
    done.path.push_back(done.hyper);
    run->update(done.hyper);
  }
  done.last = run->state();
  done.cost.steps = problem.steps;
  done.cost.products = run->products();
  return done;
}

std::function<Hyper(const Hyper&, const Params&)> moved_by(TransformPtr optimiser, Hyper rates) {
  auto state = std::make_shared<InnerState>();
  return [optimiser = std::move(optimiser), rates = std::move(rates), state](
             const Hyper& hyper, const Params& gradient) {
    const AutoGradMode off(false);
    if (state->params.empty()) state->transform = optimiser->init(hyper);
    state->params = hyper;
    state->move(*optimiser, gradient, rates);
    return state->params;
  };
}

}  // namespace inkling
