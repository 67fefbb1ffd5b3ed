#include "inkling/bilevel/inner_loop.h"

#include "inkling/base/error.h"
#include "inkling/bilevel/checkpointed.h"
#include "inkling/bilevel/dense_gradients.h"
#include "inkling/nn/layers.h"

namespace inkling {
namespace {

/// Stream of the random choices on units that are not the support.
constexpr std::uint64_t kQuery = 0x71756572;

}  // namespace

bool adapts(const Network& model, Adapt adapt, std::string_view name) {
  if (!model.trainable(std::string(name))) return false;
  switch (adapt) {
    case Adapt::all:
      return of_encoder(name) || of_head(name);
    case Adapt::head:
      return of_head(name);
    case Adapt::body:
      return of_encoder(name);
  }
  throw Error(ErrorKind::internal, "unknown part to adapt");
}

InnerLoop::InnerLoop(const Network& model, const Params& meta, const Batch& support,
                     const Targets& support_targets, Context context, InnerOptions options)
    : model_(model),
      support_(support),
      targets_(support_targets),
      context_(std::move(context)),
      options_(std::move(options)) {
  const LinearInput* input = model.linear_input();
  if (support.units > 0 && input != nullptr && moves(input->weight()) && !options_.dense &&
      options_.transform->acts_on_coefficients(context_.hyper, input->weight())) {
    factored_ = input;
  }
  for (const auto& [name, value] : meta) {
    if (!of_encoder(name) && !of_head(name)) continue;
    if (!moves(name)) {
      slow_.set(name, value);
    } else if (factored_ != nullptr && name == factored_->weight()) {
      slow_.set(name, value);
      fast_.params.set(
          name, at::zeros({support.episodes, support.units, value.size(1)}, value.options()));
    } else {
      fast_.params.set(name, shared(value));
    }
  }
  fast_.transform = options_.transform->init(fast_.params);
}

Tensor InnerLoop::shared(const Tensor& value) const {
  auto shape = value.sizes().vec();
  shape.insert(shape.begin(), support_.episodes);
  return value.unsqueeze(0).expand(shape);
}

Context InnerLoop::context_at_step() const {
  Context context = context_;
  context.step = fast_.transform.step;
  context.key = context_.key.fold(static_cast<std::uint64_t>(fast_.transform.step));
  return context;
}

Context InnerLoop::context_for(const Batch& batch, Context context) const {
  if (&batch != &support_) context.key = context.key.fold(kQuery);
  return context;
}

const InnerLoop::Fixed& InnerLoop::fixed(const Batch& batch) {
  const auto found = fixed_.find(&batch);
  if (found != fixed_.end()) return found->second;
  Fixed made;
  if (options_.adapt == Adapt::head) {
    made.features = model_.encode(slow_, batch, context_for(batch, context_));
  } else if (factored_ != nullptr) {
    const Tensor& weight = slow_.at(factored_->weight());
    made.first = factored_->first(weight, batch);
    made.gram = factored_->gram(batch, support_, weight.size(0));
  }
  return fixed_.emplace(&batch, std::move(made)).first->second;
}

void InnerLoop::prepare(const Batch& batch) {
  if (factored_ == nullptr || support_.units == 0 || batch.units == 0) return;
  const Tensor& weight = slow_.at(factored_->weight());
  const auto [first, other] = factored_->first_of_both(weight, support_, batch);
  fixed_[&support_] = {{}, first, factored_->gram(support_, support_, weight.size(0))};
  fixed_[&batch] = {{}, other, factored_->gram(batch, support_, weight.size(0))};
}

Tensor InnerLoop::forward(const Params& fast, const Batch& batch, const Tensor& probe) {
  const Fixed& known = fixed(batch);
  const Context context = context_for(batch, context_at_step());
  const Params params = slow_.merged(fast);
  if (options_.adapt == Adapt::head) return model_.score(params, known.features, context);
  if (factored_ == nullptr) {
    return model_.score(params, model_.encode(params, batch, context), context);
  }
  Tensor first = at::baddbmm(known.first, known.gram, fast.at(factored_->weight()));
  if (probe.defined()) first = first + fixed_in_front(probe, factored_->fixed_columns());
  return model_.score(params, factored_->rest(params, first, batch, context), context);
}

Tensor InnerLoop::scores(const Batch& batch) {
  return forward(fast_.params, batch, {});
}

Tensor InnerLoop::loss(const Batch& batch, const Targets& targets) {
  if (const std::optional<Closed> closed_form = closed(batch, targets)) {
    return dense_losses(closed_form->fit);
  }
  return model_.loss(scores(batch), targets, context_at_step());
}

Tensor InnerLoop::support_loss() {
  return loss(support_, targets_);
}

std::optional<InnerLoop::Closed> InnerLoop::closed(const Batch& batch, const Targets& targets) {
  const std::optional<LossKind> loss = model_.linear_head();
  if (options_.dense || !loss) return std::nullopt;
  Closed made;
  DenseFit& fit = made.fit;
  fit.loss = *loss;
  fit.targets = targets;
  std::vector<std::pair<std::string, std::string>> layers;
  if (options_.adapt == Adapt::head) {
    fit.x = fixed(batch).features;
  } else if (const DenseLayers* encoder = model_.dense_layers()) {
    fit.x = batch.dense;
    fit.activation = encoder->activation;
    layers = encoder->names;
  } else if (factored_ != nullptr && factored_->fixed_columns() == 0) {
    const Fixed& known = fixed(batch);
    fit.x = known.first;
    fit.gram = known.gram;
    fit.coefficients = fast_.params.at(factored_->weight());
    const Context context = context_for(batch, context_at_step());
    if (!factored_->rest(slow_, fit.x, batch, context).is_same(fit.x)) return std::nullopt;
  } else {
    return std::nullopt;
  }
  layers.emplace_back("head.weight", "head.bias");
  for (const auto& [weight, bias] : layers) {
    for (const std::string& name : {weight, bias}) {
      const Tensor* fast = fast_.params.find(name);
      fit.parameters.push_back(fast != nullptr ? *fast : shared(slow_.at(name)));
      made.names.push_back(name);
    }
  }
  if (fit.gram.defined()) made.names.push_back(factored_->weight());
  if (!has_dense_gradients(fit)) return std::nullopt;
  return made;
}

bool InnerLoop::descended(const Closed& closed, bool second_order) {
  if (!options_.transform->descends() || closed.names.size() != fast_.params.size()) return false;
  std::vector<Tensor> rates;
  for (const std::string& name : closed.names) {
    rates.push_back(hyper_for(context_.hyper, "learning_rate", name, fast_.transform.step));
    if (rates.back().dim() != 0 || !fast_.params.contains(name)) return false;
  }
  const torch::autograd::AutoGradMode mode(second_order);
  const std::vector<Tensor> moved = dense_step(closed.fit, rates);
  for (std::size_t i = 0; i < moved.size(); ++i) fast_.params.set(closed.names[i], moved[i]);
  ++fast_.transform.step;
  return true;
}

std::optional<Params> InnerLoop::closed_gradients(const Closed& closed, bool second_order) {
  const std::vector<std::string>& names = closed.names;
  for (const auto& [name, value] : fast_.params) {
    if (std::ranges::find(names, name) == names.end()) return std::nullopt;
  }
  const torch::autograd::AutoGradMode mode(second_order);
  const std::vector<Tensor> found =
      dense_gradients(closed.fit, /*of_input=*/closed.fit.gram.defined());
  return fast_.params.map([&](const std::string& name, const Tensor&) {
    return found[static_cast<std::size_t>(std::ranges::find(names, name) - names.begin())];
  });
}

Params InnerLoop::graph_gradients(bool tracked, bool second_order) {
  // The gradient of the factored weight's coefficients is the gradient at a zero added to the
  // layer's output at the support.
  Tensor probe;
  Params inputs = fast_.params.map([&](const std::string&, const Tensor& value) {
    return tracked && value.requires_grad() ? value : leaf(value);
  });
  const Params moved = inputs;
  if (factored_ != nullptr) {
    probe = at::zeros_like(inputs.at(factored_->weight())).requires_grad_(true);
    inputs.set(factored_->weight(), probe);
  }
  const Tensor loss = model_.loss(forward(moved, support_, probe), targets_, context_at_step());
  return inputs.with(gradients(loss.sum(), inputs.tensors(), second_order));
}

void InnerLoop::step() {
  const bool tracked = options_.outer != InnerOptions::Outer::none;
  const bool second_order = options_.outer == InnerOptions::Outer::second_order;
  const std::optional<Closed> closed_form = closed(support_, targets_);
  if (closed_form && (second_order || !tracked) && descended(*closed_form, second_order)) return;
  std::optional<Params> found;
  if (closed_form) found = closed_gradients(*closed_form, second_order);
  if (!found) found = graph_gradients(tracked, second_order);
  const torch::autograd::AutoGradMode mode(tracked);
  fast_.move(*options_.transform, *found, context_.hyper);
}

std::vector<Tensor> InnerLoop::constant() {
  const Fixed& known = fixed(support_);
  std::vector<Tensor> all = slow_.tensors();
  for (const auto& [name, value] : context_.hyper) all.push_back(value);
  for (const Tensor& value : {known.features, known.first, known.gram}) {
    if (value.defined()) all.push_back(value);
  }
  return all;
}

void InnerLoop::set_constant(const std::vector<Tensor>& tensors) {
  auto from = tensors.begin();
  const auto next = [&](const std::string&, const Tensor&) { return *from++; };
  slow_ = slow_.map(next);
  context_.hyper = context_.hyper.map(next);
  Fixed& known = fixed_.at(&support_);
  for (Tensor* value : {&known.features, &known.first, &known.gram}) {
    if (value->defined()) *value = *from++;
  }
}

void InnerLoop::advance(std::int64_t steps) {
  const InnerOptions::Outer outer = options_.outer;
  if (options_.checkpoints < 1 || steps < 2 || outer == InnerOptions::Outer::none) {
    for (std::int64_t i = 0; i < steps; ++i) step();
    return;
  }
  const std::vector<Tensor> constants = constant();
  const InnerLoop start = *this;
  RepeatedStep repeated;
  repeated.steps = steps;
  repeated.slots = options_.checkpoints;
  repeated.recomputed = recomputed_;
  repeated.step = [start, outer](const std::vector<Tensor>& state,
                                 const std::vector<Tensor>& others, std::int64_t t) {
    const bool tracked = c10::GradMode::is_enabled();
    const torch::autograd::AutoGradMode on(true);
    InnerLoop loop = start;
    auto from = state.begin();
    loop.fast_.set_tensors(from);
    loop.set_constant(others);
    loop.fast_.transform.step += t;
    loop.options_.outer = tracked ? outer : InnerOptions::Outer::none;
    loop.step();
    return loop.fast_.tensors();
  };
  const std::vector<Tensor> last = checkpointed(repeated, fast_.tensors(), constants);
  auto from = last.begin();
  fast_.set_tensors(from);
  fast_.transform.step += steps;
}

Params InnerLoop::weights() const {
  Params all = slow_.merged(fast_.params);
  if (factored_ != nullptr) {
    const Tensor& weight = slow_.at(factored_->weight());
    all.set(factored_->weight(),
            weight.unsqueeze(0) +
                factored_->expand(fast_.params.at(factored_->weight()), support_, weight.size(0)));
  }
  return all;
}

}  // namespace inkling
