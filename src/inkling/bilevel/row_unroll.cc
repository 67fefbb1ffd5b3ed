#include "inkling/bilevel/row_unroll.h"

#include <algorithm>

namespace inkling {
namespace {

using torch::autograd::AutoGradMode;
using Tensors = std::vector<Tensor>;

void add_to(Tensors& sums, const Tensors& parts) {
  for (std::size_t i = 0; i < sums.size(); ++i) {
    if (!parts[i].defined()) continue;
    sums[i] = sums[i].defined() ? sums[i] + parts[i] : parts[i];
  }
}

InnerState as_leaves(const InnerState& state) {
  InnerState made = state;
  made.params = leaves(state.params);
  for (Params& slot : made.transform.slots) slot = leaves(slot);
  return made;
}

InnerState without_graph(InnerState state) {
  state.params = detached(state.params);
  for (Params& slot : state.transform.slots) slot = detached(slot);
  return state;
}

}  // namespace

Tensor rates_of(const InnerProblem& problem, const Hyper& hyper, const std::string& name) {
  const AutoGradMode on(true);
  const Hyper all = problem.fixed.merged(hyper);
  const AdamRule rule = *problem.transform->as_adam();
  Tensors rates;
  for (std::int64_t t = 0; t < problem.steps; ++t) {
    rates.push_back(rule.rate(all, name, t).to(at::kDouble).reshape({}));
  }
  return rates.empty() ? at::empty({0}, at::kDouble) : at::stack(rates);
}

AdamCourse course_of(const InnerProblem& problem, const Tensor& rates) {
  const AdamRule rule = *problem.transform->as_adam();
  const Tensor values = rates.detach().contiguous();
  const auto* first = values.const_data_ptr<double>();
  return {rule.beta1, rule.beta2, rule.epsilon, {first, first + values.numel()}};
}

Params without_table(const InnerProblem& problem, const Params& params) {
  return params.where([&](const std::string& name) { return name != problem.table; });
}

InnerState state_with(const InnerProblem& problem, const InnerState& others,
                      const AdamTable& table) {
  InnerState all = others;
  const auto add = [&](Params& to, const Tensor& of_table) {
    to = to.merged({{problem.table, of_table}});
  };
  add(all.params, table.values());
  add(all.transform.slots[0], table.first());
  add(all.transform.slots[1], table.second());
  all.transform.step = problem.steps;
  return all;
}

bool goes_by_rows(const InnerProblem& problem, const Hyper& hyper) {
  if (!problem.row_step || problem.steps == 0) return false;
  const std::optional<AdamRule> rule = problem.transform->as_adam();
  if (!rule) return false;
  const AutoGradMode off(false);
  const Hyper all = problem.fixed.merged(detached(hyper));
  const Tensor table = problem.start(all).at(problem.table);
  const bool rows = table.is_cpu() && table.dim() == 2 && table.numel() > 0 &&
                    (table.scalar_type() == at::kFloat || table.scalar_type() == at::kDouble);
  return rows && rule->rate(all, problem.table, 0).numel() == 1;
}

RowUnroll::RowUnroll(const InnerProblem& problem, const Hyper& hyper, How how)
    : problem_(problem),
      how_(how),
      of_(leaves(hyper)),
      rates_(rates_of(problem, of_, problem.table)),
      course_(course_of(problem, rates_)),
      now_{{first_state(problem, hyper).params.at(problem.table), course_}, {}},
      stretch_((problem.steps - how.from + how.slots) / (how.slots + 1)) {
  const InnerState first = first_state(problem, hyper);
  now_.others.params = without_table(problem, first.params);
  now_.others.transform = problem.transform->init(now_.others.params);
  const std::int64_t count = problem.steps - how.from;
  const std::int64_t held = count == 0 ? 0 : (count - 1) / stretch_ * stretch_;
  for (std::int64_t t = 0; t < problem.steps; ++t) {
    const std::int64_t of_kept = t - how.from;
    if (of_kept >= 0 && of_kept < held && of_kept % stretch_ == 0) {
      beginnings_.push_back({now_.table.copy(), now_.others});
    }
    losses_.push_back(step(t, of_kept >= held));
  }

  at_end_ = now_.table.bring_to(problem.steps, how.from < problem.steps);
  if (how.from >= problem.steps) at_end_ = {};
  last_ = state_with(problem, now_.others, now_.table);
}

double RowUnroll::step(std::int64_t t, bool keep) {
  const AutoGradMode on(true);
  const RowStep step = problem_.row_step(t);
  const Hyper all = problem_.fixed.merged(keep ? of_ : detached(of_));
  Kept now;
  if (t > 0 && t == how_.from) now_.table.bring_to(t, false);
  if (t > 0 && t == how_.border) now.brought = now_.table.bring_to(t, true);
  now.reads = step.reads;
  now.bags = leaf(now_.table.bags(step.reads, t).front());
  now.before = as_leaves(now_.others);
  now.loss = step.loss(now.before.params.merged({{problem_.table, now.bags}}), all);
  const double loss = finite_loss(problem_, now.loss, t);
  Tensors inputs = {now.bags};
  for (const auto& [name, value] : now.before.params) inputs.push_back(value);
  const Tensors found = gradients(now.loss, inputs, keep);
  now.gradient = found.front();
  now.rested = now_.table.step(step.reads, now.gradient.detach(), t, keep);
  const AutoGradMode mode(keep);
  now.after = now.before;
  now.after.move(*problem_.transform, now.before.params.with({found.begin() + 1, found.end()}),
                 all);
  now_.others = without_graph(now.after);
  if (keep) kept_.push_back(std::move(now));
  return loss;
}

Tensors RowUnroll::of_hyper(const AdamTableBack& table) const {
  Tensors all = of_hyper_;
  if (!rates_.requires_grad()) return all;
  add_to(all, torch::autograd::grad({rates_}, of_.tensors(), {tensor_of(table.of_rates())},
                                    /*retain_graph=*/true, false, /*allow_unused=*/true));
  return all;
}

RowUnroll::Back RowUnroll::back(const Params& of_last,
                                const std::function<double(std::int64_t)>& history) {
  AdamTableBack table(of_last.at(problem_.table), course_);
  if (at_end_.rows.defined()) table.of_rest(at_end_, problem_.steps);
  Tensors of_others = without_table(problem_, of_last).tensors();
  of_others.resize(now_.others.tensors().size());
  of_hyper_.assign(of_.size(), {});
  Tensors of_border;
  const auto look_again = [&](std::int64_t end) {
    if (beginnings_.empty()) return;
    now_ = std::move(beginnings_.back());
    beginnings_.pop_back();
    for (std::int64_t t = end - stretch_; t < end; ++t, ++recomputed_) step(t, true);
  };
  for (std::int64_t t = problem_.steps; !kept_.empty();) {
    const Kept& now = kept_.back();
    --t;
    Tensors outputs;
    Tensors towards;
    const auto take = [&](const Tensor& output, const Tensor& of) {
      if (!output.requires_grad() || !of.defined()) return;
      outputs.push_back(output);
      towards.push_back(of);
    };
    take(now.gradient, table.of_gradient(now.reads, now.rested, now.gradient.detach(), t));
    if (history && history(t) != 0) take(now.loss, at::full_like(now.loss.detach(), history(t)));
    const Tensors after = now.after.tensors();
    for (std::size_t i = 0; i < after.size(); ++i) take(after[i], of_others[i]);
    Tensors inputs = {now.bags};
    for (const Tensors& more : {now.before.tensors(), of_.tensors()}) {
      inputs.insert(inputs.end(), more.begin(), more.end());
    }
    Tensors found(inputs.size());
    if (!outputs.empty()) {
      found = torch::autograd::grad(outputs, inputs, towards, false, false, /*allow_unused=*/true);
    }
    table.of_rows(now.reads, now.rested, found.front(), t);
    const auto border = found.begin() + 1 + static_cast<std::ptrdiff_t>(of_others.size());
    of_others.assign(found.begin() + 1, border);
    add_to(of_hyper_, {border, found.end()});
    if (t == how_.border) of_border = of_hyper(table);
    if (now.brought.rows.defined()) table.of_rest(now.brought, t);
    kept_.pop_back();
    if (kept_.empty()) look_again(t);
  }
  std::size_t at = 0;
  const Params of_first = of_last.map([&](const std::string& name, const Tensor&) {
    return name == problem_.table ? table.of_values() : of_others[at++];
  });
  return {of_first, of_hyper(table), of_border};
}

}  // namespace inkling
