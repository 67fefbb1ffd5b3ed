#include "inkling/nn/lstm.h"

#include <torch/csrc/autograd/custom_function.h>

#include "inkling/nn/lstm_loops.h"
#include "inkling/nn/lstm_steps.h"
#include "inkling/tensor/recycled.h"
#include "inkling/tensor/share_out.h"

namespace inkling {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

/// Entries whose gradients are computed together, in whole texts: they stay in the cache.
constexpr std::int64_t kTogether = 512;

struct Sizes {
  Sizes(const Tensor& x, const LstmWeights& weights)
      : entries(x.size(0)), inputs(x.size(1)), hidden(weights.recurrent.size(1)) {
    AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "lstm", [&] {
      const std::int64_t lanes = lstm_lanes<scalar_t>();
      const auto whole = [&](std::int64_t numbers) {
        return (numbers + lanes - 1) / lanes * lanes;
      };
      padded = whole(hidden);
      wide = whole(inputs + hidden);
    });
  }
  std::int64_t rows() const { return inputs + hidden + 1; }

  std::int64_t entries, inputs, hidden, padded = 0, wide = 0;
};

/// The weights as the loops read them. @return [2, K + h + 1, 4, padded]
Tensor packed(const LstmWeights& weights, const Sizes& size) {
  const Tensor rows = at::cat({weights.input, weights.recurrent, weights.gates.unsqueeze(1)}, 1)
                          .reshape({2, size.rows(), 4, size.hidden});
  return at::constant_pad_nd(rows, {0, size.padded - size.hidden}).contiguous();
}

/// As the loops read them on the way back. @return [2, 4, h, wide]
Tensor transposed(const LstmWeights& weights, const Sizes& size) {
  const Tensor turned = at::cat({weights.recurrent, weights.input}, 1)
                            .reshape({2, size.hidden + size.inputs, 4, size.hidden})
                            .permute({0, 2, 3, 1});
  return at::constant_pad_nd(turned, {0, size.wide - size.hidden - size.inputs}).contiguous();
}

template <class T>
LstmTexts<T> texts_of(const Tensor& x, const Tensor& offsets, const Tensor& weights,
                      const Sizes& size) {
  return {size.inputs,
          size.hidden,
          size.padded,
          size.wide,
          offsets.const_data_ptr<std::int64_t>(),
          x.const_data_ptr<T>(),
          weights.const_data_ptr<T>()};
}

template <class T>
LstmKept<T> kept_of(const Tensor& gates, const Tensor& cells) {
  return {gates.data_ptr<T>(), cells.data_ptr<T>()};
}

/// What each weight and x get from the gradient of the states.
struct WayBack {
  Tensor packed;  ///< [2, K + h + 1, 4 padded], as `packed`
  Tensor x;       ///< undefined where it is not asked for
};

WayBack way_back(const Tensor& x, const Tensor& offsets, const LstmWeights& weights,
                 const Tensor& out, const Tensor& gates, const Tensor& cells, const Tensor& towards,
                 bool of_x) {
  const Sizes size(x, weights);
  const Tensor all = packed(weights, size);
  const Tensor turned = transposed(weights, size);
  WayBack found{at::zeros({2, size.rows(), 4 * size.padded}, x.options()),
                of_x ? at::zeros_like(x) : Tensor()};
  const auto* offset = offsets.const_data_ptr<std::int64_t>();
  const std::int64_t texts = offsets.size(0) - 1;
  AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "lstm_backward", [&] {
    LstmTexts<scalar_t> read = texts_of<scalar_t>(x, offsets, all, size);
    read.transposed = turned.const_data_ptr<scalar_t>();
    const LstmKept<scalar_t> kept = kept_of<scalar_t>(gates, cells);
    Tensor entering;
    Tensor sums;
    for (std::int64_t first = 0; first < texts;) {
      std::int64_t last = first + 1;
      while (last < texts && offset[last + 1] - offset[first] <= kTogether) ++last;
      const std::int64_t rows = offset[last] - offset[first];
      if (!entering.defined() || entering.size(0) < rows) {
        entering = at::empty({std::max(rows, kTogether), 2, size.rows()}, x.options());
        sums = at::empty({entering.size(0), 2, 4 * size.padded}, x.options());
      }
      const auto* states = out.const_data_ptr<scalar_t>();
      const auto* of_states = towards.const_data_ptr<scalar_t>();
      auto* to_read = entering.data_ptr<scalar_t>();
      auto* to_sums = sums.data_ptr<scalar_t>();
      auto* to_x = of_x ? found.x.data_ptr<scalar_t>() : nullptr;
      share_out(last - first, 1, [&](std::int64_t from, std::int64_t until) {
        const std::int64_t row = 2 * (offset[first + from] - offset[first]);
        lstm_backward(read, first + from, first + until, kept, states, of_states,
                      to_read + row * size.rows(), to_sums + row * 4 * size.padded, to_x);
      });
      for (const std::int64_t direction : {0, 1}) {
        found.packed[direction].addmm_(entering.narrow(0, 0, rows).select(1, direction).t(),
                                       sums.narrow(0, 0, rows).select(1, direction));
      }
      first = last;
    }
  });
  return found;
}

struct Lstm : torch::autograd::Function<Lstm> {
  /// @param keep  whether there is a way back
  static Variable forward(AutogradContext* context, const Variable& x, const Tensor& offsets,
                          const Variable& input, const Variable& recurrent, const Variable& gates,
                          bool keep) {
    if (lstm_pays_by_steps(x, offsets, {input, recurrent, gates})) {
      return forward_by_steps(context, x, offsets, {input, recurrent, gates}, keep);
    }
    const Sizes size(x, {input, recurrent, gates});
    const Tensor all = packed({input, recurrent, gates}, size);
    const std::int64_t texts = offsets.size(0) - 1;
    Tensor out = recycled({size.entries, 2 * size.hidden}, x.options());
    Tensor of_gates;
    Tensor of_cells;
    if (keep) {
      of_gates = recycled({size.entries, 2, 4 * size.padded}, x.options());
      of_cells = recycled({size.entries, 2, size.padded}, x.options());
    }
    AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "lstm_forward", [&] {
      LstmKept<scalar_t> kept;
      if (keep) kept = kept_of<scalar_t>(of_gates, of_cells);
      const LstmTexts<scalar_t> read = texts_of<scalar_t>(x, offsets, all, size);
      auto* to = out.data_ptr<scalar_t>();
      share_out(texts, 1, [&](std::int64_t from, std::int64_t until) {
        lstm_forward(read, from, until, kept, to);
      });
    });
    if (keep) {
      context->save_for_backward({x, input, recurrent, gates, out});
      context->saved_data["offsets"] = offsets;
      context->saved_data["gates"] = of_gates;
      context->saved_data["cells"] = of_cells;
    }
    return out;
  }

  static Variable forward_by_steps(AutogradContext* context, const Variable& x,
                                   const Tensor& offsets, const LstmWeights& weights, bool keep) {
    LstmCourse course;
    const Tensor out = lstm_forward_by_steps(x, offsets, weights, course);
    if (keep) {
      context->save_for_backward({x, weights.input, weights.recurrent, weights.gates, out});
      context->saved_data["offsets"] = offsets;
      context->saved_data["course"] = std::vector<Tensor>{
          course.places, course.before, course.entering, course.gates, course.cells, course.states};
    }
    return out;
  }

  static variable_list backward(AutogradContext* context, variable_list gradient) {
    const auto saved = context->get_saved_variables();
    const Tensor& x = saved[0];
    const LstmWeights weights{saved[1], saved[2], saved[3]};
    const Tensor offsets = context->saved_data["offsets"].toTensor();
    if (at::GradMode::is_enabled()) {
      return by_operators(x, offsets, weights, gradient[0]);
    }
    if (context->saved_data.count("course") > 0) {
      const auto kept = context->saved_data["course"].toTensorVector();
      LstmGradients by_steps = lstm_backward_by_steps(
          offsets, weights, {kept[0], kept[1], kept[2], kept[3], kept[4], kept[5]}, gradient[0],
          context->needs_input_grad(0));
      return {by_steps.x,
              Tensor(),
              by_steps.weights.input,
              by_steps.weights.recurrent,
              by_steps.weights.gates,
              Tensor()};
    }
    const Sizes size(x, weights);
    const WayBack found =
        way_back(x, offsets, weights, saved[4], context->saved_data["gates"].toTensor(),
                 context->saved_data["cells"].toTensor(), gradient[0].contiguous(),
                 context->needs_input_grad(0));
    const Tensor rows = found.packed.reshape({2, size.rows(), 4, size.padded})
                            .narrow(3, 0, size.hidden)
                            .reshape({2, size.rows(), 4 * size.hidden});
    return {found.x,
            Tensor(),
            rows.narrow(1, 0, size.inputs),
            rows.narrow(1, size.inputs, size.hidden),
            rows.select(1, size.rows() - 1),
            Tensor()};
  }

  /// Gradients that can be differentiated again.
  static variable_list by_operators(const Tensor& x, const Tensor& offsets,
                                    const LstmWeights& weights, const Tensor& towards) {
    variable_list all = {x, weights.input, weights.recurrent, weights.gates};
    // Partial derivatives: an input may be a function of another, and each counts for itself alone.
    for (Tensor& input : all) {
      if (input.requires_grad()) input = input.alias();
    }
    constexpr std::array<std::size_t, 4> kPlaces = {0, 2, 3, 4};
    variable_list wanted;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i].requires_grad()) wanted.push_back(all[i]);
    }
    const Tensor out = bidirectional_lstm_by_operators(all[0], offsets, {all[1], all[2], all[3]});
    const variable_list found =
        torch::autograd::grad({out}, wanted, {towards}, true, /*create_graph=*/true);
    variable_list made(6);
    std::size_t next = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i].requires_grad()) made[kPlaces[i]] = found[next++];
    }
    return made;
  }
};

}  // namespace

Tensor bidirectional_lstm(const Tensor& x, const Tensor& offsets, const LstmWeights& weights) {
  if (!x.is_cpu()) return bidirectional_lstm_by_operators(x, offsets, weights);
  const bool keep = at::GradMode::is_enabled() &&
                    (x.requires_grad() || weights.input.requires_grad() ||
                     weights.recurrent.requires_grad() || weights.gates.requires_grad());
  return Lstm::apply(x.contiguous(), offsets, weights.input, weights.recurrent, weights.gates,
                     keep);
}

Tensor bidirectional_lstm_by_operators(const Tensor& x, const Tensor& offsets,
                                       const LstmWeights& weights) {
  const Tensor lengths = offsets.diff();
  const std::int64_t texts = lengths.size(0);
  const std::int64_t length = texts == 0 ? 0 : lengths.max().item<std::int64_t>();
  const std::int64_t hidden = weights.recurrent.size(1);
  if (length == 0) return at::zeros({0, 2 * hidden}, x.options());
  // Entry p of a text from its start, and from its end: a text without one there reads its first.
  const Tensor position = at::arange(length, offsets.options()).unsqueeze(0);
  const Tensor here = position < lengths.unsqueeze(1);  // [texts, L]
  const Tensor start = offsets.narrow(0, 0, texts).unsqueeze(1);
  const Tensor from_start = at::where(here, start + position, at::zeros_like(position));
  const Tensor from_end =
      at::where(here, start + lengths.unsqueeze(1) - 1 - position, at::zeros_like(position));
  const Tensor order = at::stack({from_start, from_end});  // [2, texts, L]
  const Tensor entering =
      at::baddbmm(weights.gates.unsqueeze(1),
                  x.index_select(0, order.reshape(-1)).reshape({2, texts * length, x.size(1)}),
                  weights.input)
          .reshape({2, texts, length, 4 * hidden});
  Tensor state = at::zeros({2, texts, hidden}, x.options());
  Tensor cell = state;
  std::vector<Tensor> states;
  for (std::int64_t i = 0; i < length; ++i) {
    const auto gates = at::baddbmm(entering.select(2, i), state, weights.recurrent).chunk(4, -1);
    cell = gates[1].sigmoid() * cell + gates[0].sigmoid() * gates[2].tanh();
    state = gates[3].sigmoid() * cell.tanh();
    states.push_back(state);
  }
  const Tensor all = at::stack(states, 2);  // [2, texts, L, h]
  const auto entries_of = [&](std::int64_t direction) {
    const Tensor places = order[direction].masked_select(here).argsort();
    return all[direction]
        .reshape({-1, hidden})
        .index_select(0, here.reshape(-1).nonzero().squeeze(1).index_select(0, places));
  };
  return at::cat({entries_of(0), entries_of(1)}, 1);
}

}  // namespace inkling
