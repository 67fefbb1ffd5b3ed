#include "inkling/bilevel/forward/row_tangents.h"

#include <algorithm>

#include "inkling/optim/adam_row_loops.h"

namespace inkling {
namespace {

using torch::autograd::AutoGradMode;

/// Steps whose rows are known beside the one at hand. Nearly all rows that are read again soon are
/// so within them.
constexpr std::size_t kAhead = 6;

/// A parameter as rows.
Tensor as_rows(const InnerProblem& problem, const std::string& name, const Tensor& value) {
  return name == problem.table ? value : value.reshape({1, -1});
}

}  // namespace

bool carries_by_rows(const InnerProblem& problem, const Hyper& hyper) {
  if (numbers_in(hyper) > static_cast<std::int64_t>(adam_row::kDirections)) return false;
  if (!goes_by_rows(problem, hyper)) return false;
  const AutoGradMode off(false);
  const Hyper all = problem.fixed.merged(detached(hyper));
  const AdamRule rule = *problem.transform->as_adam();
  const Params start = problem.start(all);
  const at::ScalarType type = start.at(problem.table).scalar_type();
  return std::ranges::all_of(start, [&](const Params::Entry& entry) {
    const auto& [name, value] = entry;
    return value.is_cpu() && value.numel() > 0 && value.scalar_type() == type &&
           rule.rate(all, name, 0).numel() == 1;
  });
}

RowTangents::RowTangents(const InnerProblem& problem, const Hyper& hyper)
    : problem_(problem), hyper_(detached(hyper)), directions_(hyper), units_(directions_.units()) {
  const AutoGradMode on(true);
  const Hyper of = leaves(hyper_);
  const Params start = problem.start(problem.fixed.merged(of));
  like_ = detached(start);
  Tensors outputs = start.tensors();
  for (const auto& [name, value] : start) outputs.push_back(rates_of(problem, of, name));
  const std::vector<Tensors> changes = jacobian_products(outputs, of.tensors(), units_);
  std::size_t i = 0;
  for (const auto& [name, value] : like_) {
    std::vector<TableDirection> directions;
    for (const Tensors& change : changes) {
      TableDirection along;
      if (change[i].defined()) along.of_values = as_rows(problem, name, change[i]);
      along.of_rates.resize(static_cast<std::size_t>(problem.steps));
      const Tensor& rates = change[like_.size() + i];
      for (std::size_t t = 0; rates.defined() && t < along.of_rates.size(); ++t) {
        along.of_rates[t] = rates[static_cast<std::int64_t>(t)].item<double>();
      }
      directions.push_back(std::move(along));
    }
    courses_.push_back(course_of(problem, outputs[like_.size() + i]));
    tables_.emplace_back(as_rows(problem, name, value), courses_.back(), directions);
    ++i;
  }
  const Tensor& table = like_.at(problem.table);
  next_.resize(static_cast<std::size_t>(table.size(0)));
  whole_ = row_bags(rows_alone(1, table.scalar_type()));
}

void RowTangents::look_ahead() {
  while (ahead_.size() <= kAhead) {
    const std::int64_t t = step_ + static_cast<std::int64_t>(ahead_.size());
    if (t >= problem_.steps) break;
    ahead_.push_back(problem_.row_step(t));
  }
  std::ranges::fill(next_, 0);
  for (std::size_t i = ahead_.size(); i-- > 1;) {
    const Tensor& rows = ahead_[i].reads.rows;
    const auto* which = rows.const_data_ptr<std::int64_t>();
    for (std::int64_t s = 0; s < rows.size(0); ++s) {
      next_[static_cast<std::size_t>(which[s])] = step_ + static_cast<std::int64_t>(i);
    }
  }
}

double RowTangents::step() {
  const AutoGradMode on(true);
  look_ahead();
  const RowStep step = std::move(ahead_.front());
  ahead_.pop_front();

  // What the loss reads: of the table the bags.
  const Hyper of = leaves(hyper_);
  along_.assign(directions_.size(), {});
  std::size_t i = 0;
  const Params read = like_.map([&](const std::string& name, const Tensor& like) {
    AdamTable& rows = tables_[i++];
    if (name == problem_.table) {
      const Tensors bags = rows.bags(step.reads, step_);
      for (std::size_t d = 0; d < along_.size(); ++d) along_[d].push_back(bags[1 + d]);
      return leaf(bags.front());
    }
    const Tensor value = leaf(rows.rows(step_).reshape(like.sizes()));
    for (std::size_t d = 0; d < along_.size(); ++d) {
      along_[d].push_back(rows.values_along(d).reshape(like.sizes()));
    }
    return value;
  });
  for (std::size_t d = 0; d < along_.size(); ++d) {
    along_[d].insert(along_[d].end(), units_[d].begin(), units_[d].end());
  }

  // Its gradients, and how these and it change along the directions. Second derivatives are
  // symmetric: a product with the Hessian is one pass back through the gradients.
  const Tensor loss = step.loss(read, problem_.fixed.merged(of));
  const double value = finite_loss(problem_, loss, step_);
  Tensors inputs = read.tensors();
  for (const auto& [name, number] : of) inputs.push_back(number);
  found_ = torch::autograd::grad({loss}, inputs, {}, /*retain_graph=*/true,
                                 /*create_graph=*/true, /*allow_unused=*/true);
  std::vector<Tensors> changes;
  for (const Tensors& towards : along_) {
    changes.push_back(taken_back(found_, read.tensors(), towards));
  }

  i = 0;
  for (const auto& [name, number] : read) {
    const auto as_bags = [&](const Tensor& gradient) {
      return gradient.defined() ? as_rows(problem_, name, gradient.detach()) : gradient;
    };
    Tensors of_bags_along;
    for (const Tensors& change : changes) of_bags_along.push_back(as_bags(change[i]));
    const Tensor of_bags = found_[i].defined() ? found_[i] : at::zeros_like(number.detach());
    const bool by_rows = name == problem_.table;
    tables_[i++].step(by_rows ? step.reads : whole_, as_bags(of_bags), step_, /*keep=*/false,
                      of_bags_along, by_rows ? next_ : std::vector<std::int64_t>());
  }
  for (Tensor& gradient : found_) {
    if (gradient.defined()) gradient = gradient.detach();
  }
  ++step_;
  return value;
}

Params RowTangents::of_loss() const {
  return directions_.shaped(
      [&](std::size_t d, std::size_t, std::int64_t) { return product_of(found_, along_[d]); });
}

InnerState RowTangents::last() {
  InnerState state;
  state.transform.step = problem_.steps;
  Tensors values;
  std::vector<Tensors> slots(2);
  std::size_t i = 0;
  for (const auto& [name, like] : like_) {
    AdamTable& table = tables_[i++];
    table.bring_to(problem_.steps, /*keep=*/false);
    values.push_back(table.values().reshape(like.sizes()));
    slots[0].push_back(table.first().reshape(like.sizes()));
    slots[1].push_back(table.second().reshape(like.sizes()));
  }
  state.params = like_.with(values);
  for (const Tensors& slot : slots) state.transform.slots.push_back(like_.with(slot));
  return state;
}

Params RowTangents::along(const Params& of_last) const {
  return directions_.shaped([&](std::size_t d, std::size_t, std::int64_t) {
    Tensors tangents;
    for (const AdamTable& table : tables_) tangents.push_back(table.values_along(d));
    return product_of(tangents, of_last.tensors());
  });
}

}  // namespace inkling
