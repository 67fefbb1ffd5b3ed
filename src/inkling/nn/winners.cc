#include "inkling/nn/winners.h"

#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "inkling/nn/row_loops.h"

namespace inkling {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

/// All three parts are derivatives of one form, linear in each of g [E, U, F], x [E, U, L, K] and
/// w [E, K, F]: the sum over e, u, f and k of g[u, f] * x[u, place[u, f], k] * w[k, f].
enum class Part : std::int64_t { g, x, w };

struct Sizes {
  std::int64_t episodes, units, windows, inputs, filters;
};

/// Some filters at a time, so that their columns fit the nearest cache as rows.
constexpr std::int64_t kBlock = 16;

template <class T>
struct Form {
  Sizes size;
  const std::int32_t* place;

  const std::int32_t* places(std::int64_t unit) const { return place + unit * size.filters; }
  std::int64_t window(std::int64_t unit, std::int64_t filter) const {
    return (unit * size.windows + places(unit)[filter]) * size.inputs;
  }

  /// Calls visit(first filter, how many, their columns of w as rows) of one episode's w [K, F].
  template <class Visit>
  void with_columns(const T* w, Visit visit) const {
    std::vector<T> columns(static_cast<std::size_t>(kBlock * size.inputs));
    for (std::int64_t f = 0; f < size.filters; f += kBlock) {
      const std::int64_t count = std::min(kBlock, size.filters - f);
      for (std::int64_t k = 0; k < size.inputs; ++k) {
        for (std::int64_t i = 0; i < count; ++i) {
          columns[static_cast<std::size_t>(i * size.inputs + k)] = w[k * size.filters + f + i];
        }
      }
      visit(f, count, columns.data());
    }
  }

  void g(const T* x, const T* w, T* out) const {
    for (std::int64_t e = 0; e < size.episodes; ++e) {
      with_columns(w + e * size.inputs * size.filters,
                   [&](std::int64_t f, std::int64_t count, const T* columns) {
                     for (std::int64_t u = e * size.units; u < (e + 1) * size.units; ++u) {
                       for (std::int64_t i = 0; i < count; ++i) {
                         out[u * size.filters + f + i] =
                             dot(x + window(u, f + i), columns + i * size.inputs, size.inputs);
                       }
                     }
                   });
    }
  }

  void x(const T* g, const T* w, T* out) const {
    for (std::int64_t e = 0; e < size.episodes; ++e) {
      with_columns(w + e * size.inputs * size.filters, [&](std::int64_t f, std::int64_t count,
                                                           const T* columns) {
        for (std::int64_t u = e * size.units; u < (e + 1) * size.units; ++u) {
          for (std::int64_t i = 0; i < count; ++i) {
            const T by = g[u * size.filters + f + i];
            if (by == 0) continue;
            add_scaled(out + window(u, f + i), columns + i * size.inputs, by, size.inputs);
          }
        }
      });
    }
  }

  void w(const T* g, const T* x, T* out) const {
    std::vector<T> columns(static_cast<std::size_t>(kBlock * size.inputs));
    for (std::int64_t e = 0; e < size.episodes; ++e) {
      T* to = out + e * size.inputs * size.filters;
      for (std::int64_t f = 0; f < size.filters; f += kBlock) {
        const std::int64_t count = std::min(kBlock, size.filters - f);
        std::ranges::fill(columns, T{0});
        for (std::int64_t u = e * size.units; u < (e + 1) * size.units; ++u) {
          for (std::int64_t i = 0; i < count; ++i) {
            const T by = g[u * size.filters + f + i];
            // Filters that answer below zero have none.
            if (by == 0) continue;
            add_scaled(columns.data() + i * size.inputs, x + window(u, f + i), by, size.inputs);
          }
        }
        for (std::int64_t k = 0; k < size.inputs; ++k) {
          for (std::int64_t i = 0; i < count; ++i) {
            to[k * size.filters + f + i] = columns[static_cast<std::size_t>(i * size.inputs + k)];
          }
        }
      }
    }
  }
};

Tensor compute(Part part, const Tensor& a, const Tensor& b, const Tensor& place,
               const Sizes& size) {
  const Tensor left = a.contiguous();
  const Tensor right = b.contiguous();
  const auto& [episodes, units, windows, inputs, filters] = size;
  Tensor out = part == Part::g   ? at::empty({episodes, units, filters}, left.options())
               : part == Part::x ? at::zeros({episodes, units, windows, inputs}, left.options())
                                 : at::empty({episodes, inputs, filters}, left.options());
  AT_DISPATCH_FLOATING_TYPES(left.scalar_type(), "strongest_answers", [&] {
    const Form<scalar_t> form{size, place.const_data_ptr<std::int32_t>()};
    const auto* from = left.const_data_ptr<scalar_t>();
    const auto* with = right.const_data_ptr<scalar_t>();
    auto* to = out.data_ptr<scalar_t>();
    if (part == Part::g) form.g(from, with, to);
    if (part == Part::x) form.x(from, with, to);
    if (part == Part::w) form.w(from, with, to);
  });
  return out;
}

/// One part from the other two: g of (x, w), x of (g, w), w of (g, x).
struct AtWinners : torch::autograd::Function<AtWinners> {
  static Variable forward(AutogradContext* context, Part part, const Variable& a, const Variable& b,
                          const Tensor& place, const Sizes& size) {
    context->save_for_backward({a, b});
    context->saved_data["part"] = static_cast<std::int64_t>(part);
    context->saved_data["place"] = place;
    context->saved_data["sizes"] = std::vector<std::int64_t>{
        size.episodes, size.units, size.windows, size.inputs, size.filters};
    return compute(part, a, b, place, size);
  }

  static variable_list backward(AutogradContext* context, variable_list gradient) {
    const auto saved = context->get_saved_variables();
    const auto part = static_cast<Part>(context->saved_data["part"].toInt());
    const Tensor place = context->saved_data["place"].toTensor();
    const auto n = context->saved_data["sizes"].toIntVector();
    const Sizes size{n[0], n[1], n[2], n[3], n[4]};
    const auto of = [&](Part wanted, const Tensor& a, const Tensor& b) {
      return apply(wanted, a, b, place, size);
    };
    const Tensor& h = gradient[0];
    // By the place of an argument among those of forward.
    const bool first = context->needs_input_grad(0);
    const bool second = context->needs_input_grad(1);
    Tensor to_a;
    Tensor to_b;
    if (part == Part::g) {
      if (first) to_a = of(Part::x, h, saved[1]);
      if (second) to_b = of(Part::w, h, saved[0]);
    } else if (part == Part::x) {
      if (first) to_a = of(Part::g, h, saved[1]);
      if (second) to_b = of(Part::w, saved[0], h);
    } else {
      if (first) to_a = of(Part::g, saved[1], h);
      if (second) to_b = of(Part::x, saved[0], h);
    }
    return {Tensor(), to_a, to_b, Tensor(), Tensor()};
  }
};

/// int32 [E, U, F]: where each filter's strongest answer stands among the windows begin .. end, the
/// first of all where these are none.
Tensor winners(const Tensor& answers, const Tensor& begins, const Tensor& ends) {
  const std::int64_t windows = answers.size(2);
  const std::int64_t filters = answers.size(3);
  Tensor place =
      at::zeros({answers.size(0), answers.size(1), filters}, at::TensorOptions().dtype(at::kInt));
  const auto* begin = begins.const_data_ptr<std::int64_t>();
  const auto* end = ends.const_data_ptr<std::int64_t>();
  auto* to = place.data_ptr<std::int32_t>();
  AT_DISPATCH_FLOATING_TYPES(answers.scalar_type(), "winners", [&] {
    const auto* from = answers.const_data_ptr<scalar_t>();
    std::vector<scalar_t> best(static_cast<std::size_t>(filters));
    for (std::int64_t unit = 0; unit < ends.numel(); ++unit) {
      std::ranges::fill(best, -std::numeric_limits<scalar_t>::infinity());
      for (std::int64_t l = begin[unit]; l < std::min(end[unit], windows); ++l) {
        keep_larger(best.data(), to + unit * filters, from + (unit * windows + l) * filters,
                    static_cast<std::int32_t>(l), filters);
      }
    }
  });
  return place;
}

/// The answers of all windows, without a graph. @return [E, U, L, F]
Tensor all_answers(const Tensor& x, const Tensor& weight, const Sizes& size) {
  const torch::autograd::AutoGradMode off(false);
  return at::matmul(x.reshape({size.episodes, size.units * size.windows, size.inputs}), weight)
      .reshape({size.episodes, size.units, size.windows, size.filters});
}

/// By operators, for other devices.
Tensor chosen_by_operators(const Tensor& x, const Tensor& weight, const Tensor& answers,
                           const Tensor& counts, const Sizes& size) {
  const Tensor place =
      answers.masked_fill(counts.logical_not().unsqueeze(-1), -std::numeric_limits<float>::max())
          .argmax(2);  // [E, U, F]
  // By places among all windows: the gradient of a gather from x expanded to the filters would
  // have a copy of x for each of them.
  const Tensor first = (at::arange(size.episodes * size.units, place.options()) * size.windows)
                           .reshape({size.episodes, size.units, 1});
  const Tensor chosen = x.reshape({-1, size.inputs})
                            .index_select(0, (place + first).reshape(-1))
                            .reshape({size.episodes, size.units, size.filters, size.inputs});
  const Tensor columns = weight.dim() == 2 ? weight.unsqueeze(0) : weight;
  return (chosen * columns.transpose(1, 2).unsqueeze(1)).sum(-1);
}

/// Of the windows begin .. end of each unit.
Tensor strongest_between(const Tensor& x, const Tensor& weight, const Tensor& answers,
                         const Tensor& begin, const Tensor& end, const Sizes& size) {
  if (!x.is_cpu()) {
    const Tensor places = at::arange(size.windows, end.options());
    return chosen_by_operators(
        x, weight, answers, (places >= begin.unsqueeze(-1)).logical_and(places < end.unsqueeze(-1)),
        size);
  }
  const Tensor place = winners(answers.contiguous(), begin.contiguous(), end.contiguous());
  const Tensor each =
      weight.dim() == 2 ? weight.unsqueeze(0).expand({size.episodes, -1, -1}) : weight;
  return AtWinners::apply(Part::g, x, each, place, size);
}

Sizes sizes_of(const Tensor& x, const Tensor& weight) {
  return {x.size(0), x.size(1), x.size(2), x.size(3), weight.size(-1)};
}

}  // namespace

Tensor strongest_answers(const Tensor& x, const Tensor& weight, const Tensor& lengths) {
  const Sizes size = sizes_of(x, weight);
  return strongest_between(x, weight, all_answers(x, weight, size), at::zeros_like(lengths),
                           lengths.clamp_min(1), size);
}

Tensor strongest_answers_of_pieces(const Tensor& x, const Tensor& weight, const Tensor& borders) {
  const Sizes size = sizes_of(x, weight);
  const Tensor answers = all_answers(x, weight, size);
  std::vector<Tensor> pieces;
  for (std::int64_t p = 0; p + 1 < borders.size(0); ++p) {
    const Tensor any = (borders[p] < borders[p + 1]).to(x.scalar_type()).unsqueeze(-1);
    pieces.push_back(any * strongest_between(x, weight, answers, borders[p], borders[p + 1], size));
  }
  return at::cat(pieces, -1);
}

}  // namespace inkling
