#include "inkling/nn/lstm_steps.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace inkling {
namespace {

/// Weights of either direction that stay in the second cache of a processor beside what is read.
constexpr std::int64_t kCached = 256 << 10;
/// Fewer texts share too little.
constexpr std::int64_t kFewest = 4;

/// How many texts have a position, position by position; their sum is T.
std::vector<std::int64_t> counts_of(const Tensor& offsets) {
  const auto* offset = offsets.const_data_ptr<std::int64_t>();
  std::vector<std::int64_t> counts;
  for (std::int64_t text = 0; text + 1 < offsets.size(0); ++text) {
    const auto length = static_cast<std::size_t>(offset[text + 1] - offset[text]);
    if (counts.size() < length) counts.resize(length, 0);
    for (std::size_t i = 0; i < length; ++i) ++counts[i];
  }
  return counts;
}

void order(const Tensor& offsets, LstmCourse& course) {
  const std::int64_t texts = offsets.size(0) - 1;
  const auto* offset = offsets.const_data_ptr<std::int64_t>();
  const auto length = [&](std::int64_t text) { return offset[text + 1] - offset[text]; };
  std::vector<std::int64_t> longest(static_cast<std::size_t>(texts));
  std::iota(longest.begin(), longest.end(), 0);
  std::ranges::stable_sort(longest, std::greater<>(), length);
  std::vector<std::int64_t> forward;
  std::vector<std::int64_t> backward;
  std::vector<std::int64_t> before;
  std::int64_t last = 0;
  std::int64_t position = 0;
  for (const std::int64_t count : counts_of(offsets)) {
    const auto here = std::ssize(forward);
    for (std::int64_t i = 0; i < count; ++i) {
      const std::int64_t text = longest[static_cast<std::size_t>(i)];
      forward.push_back(offset[text] + position);
      backward.push_back(offset[text + 1] - 1 - position);
      if (position > 0) before.push_back(last + i);
    }
    last = here;
    ++position;
  }
  course.places = at::stack({tensor_of(forward), tensor_of(backward)});
  course.before = tensor_of(before);
}

/// Of entries [T, D] those of each direction in its order. @return [2, T, D]
Tensor in_order(const Tensor& entries, const LstmCourse& course) {
  return entries.index_select(0, course.places.reshape(-1))
      .reshape({2, entries.size(0), entries.size(1)});
}

}  // namespace

bool lstm_pays_by_steps(const Tensor& x, const Tensor& offsets, const LstmWeights& weights) {
  const std::int64_t hidden = weights.recurrent.size(1);
  const std::int64_t bytes =
      (x.size(1) + hidden) * 4 * hidden * static_cast<std::int64_t>(x.element_size());
  return bytes > kCached && offsets.size(0) - 1 >= kFewest && x.size(0) > 0;
}

Tensor lstm_forward_by_steps(const Tensor& x, const Tensor& offsets, const LstmWeights& weights,
                             LstmCourse& course) {
  const std::int64_t hidden = weights.recurrent.size(1);
  const std::int64_t entries = x.size(0);
  order(offsets, course);
  course.entering = in_order(x, course);
  course.gates = at::baddbmm(weights.gates.unsqueeze(1), course.entering, weights.input);
  course.cells = at::empty({2, entries, hidden}, x.options());
  course.states = at::empty({2, entries, hidden}, x.options());
  std::int64_t at = 0;
  std::int64_t last = 0;
  for (const std::int64_t count : counts_of(offsets)) {
    Tensor gates = course.gates.narrow(1, at, count);
    Tensor cell = course.cells.narrow(1, at, count);
    Tensor state = course.states.narrow(1, at, count);
    if (at > 0) gates.baddbmm_(course.states.narrow(1, last, count), weights.recurrent);
    gates.narrow(2, 0, 2 * hidden).sigmoid_();
    gates.narrow(2, 2 * hidden, hidden).tanh_();
    gates.narrow(2, 3 * hidden, hidden).sigmoid_();
    at::mul_out(cell, gates.narrow(2, 0, hidden), gates.narrow(2, 2 * hidden, hidden));
    if (at > 0) cell.addcmul_(gates.narrow(2, hidden, hidden), course.cells.narrow(1, last, count));
    at::tanh_out(state, cell);
    state.mul_(gates.narrow(2, 3 * hidden, hidden));
    last = at;
    at += count;
  }
  Tensor out = at::empty({entries, 2 * hidden}, x.options());
  for (const std::int64_t direction : {0, 1}) {
    out.narrow(1, direction * hidden, hidden)
        .index_copy_(0, course.places[direction], course.states[direction]);
  }
  return out;
}

LstmGradients lstm_backward_by_steps(const Tensor& offsets, const LstmWeights& weights,
                                     const LstmCourse& course, const Tensor& towards, bool of_x) {
  const std::int64_t hidden = weights.recurrent.size(1);
  const std::int64_t entries = course.cells.size(1);
  const std::vector<std::int64_t> counts = counts_of(offsets);
  Tensor to_states =
      at::stack({towards.narrow(1, 0, hidden).index_select(0, course.places[0]),
                 towards.narrow(1, hidden, hidden).index_select(0, course.places[1])});
  Tensor to_gates = at::empty_like(course.gates);
  Tensor to_cells = at::zeros_like(course.cells);
  const Tensor turned = weights.recurrent.transpose(1, 2);
  std::int64_t at = entries;
  for (std::size_t i = counts.size(); i-- > 0;) {
    const std::int64_t count = counts[i];
    at -= count;
    const auto gate = [&](const Tensor& of, std::int64_t number) {
      return of.narrow(1, at, count).narrow(2, number * hidden, hidden);
    };
    const Tensor in = gate(course.gates, 0);
    const Tensor forget = gate(course.gates, 1);
    const Tensor candidate = gate(course.gates, 2);
    const Tensor output = gate(course.gates, 3);
    const Tensor to_state = to_states.narrow(1, at, count);
    const Tensor bent = course.cells.narrow(1, at, count).tanh();
    const Tensor opened = to_state * output;
    // d tanh(c) = 1 - tanh(c)^2
    const Tensor to_cell = to_cells.narrow(1, at, count).add_(opened - opened * bent * bent);
    const Tensor entered = to_cell * in;
    gate(to_gates, 0).copy_(entered * candidate * (1 - in));
    gate(to_gates, 2).copy_(entered - entered * candidate * candidate);
    gate(to_gates, 3).copy_(opened * bent * (1 - output));
    if (i == 0) {
      gate(to_gates, 1).zero_();
      break;
    }
    const std::int64_t last = at - counts[i - 1];
    const Tensor kept = to_cell * forget;
    gate(to_gates, 1).copy_(kept * course.cells.narrow(1, last, count) * (1 - forget));
    to_cells.narrow(1, last, count).copy_(kept);
    to_states.narrow(1, last, count).baddbmm_(to_gates.narrow(1, at, count), turned);
  }
  LstmGradients found;
  found.weights.input = at::bmm(course.entering.transpose(1, 2), to_gates);
  const std::int64_t first = counts.front();
  found.weights.recurrent = at::bmm(course.states.index_select(1, course.before).transpose(1, 2),
                                    to_gates.narrow(1, first, entries - first));
  found.weights.gates = to_gates.sum(1);
  if (of_x) {
    const Tensor both = at::bmm(to_gates, weights.input.transpose(1, 2));
    found.x = at::empty_like(course.entering[0]);
    found.x.index_copy_(0, course.places[0], both[0]);
    found.x.index_add_(0, course.places[1], both[1]);
  }
  return found;
}

}  // namespace inkling
