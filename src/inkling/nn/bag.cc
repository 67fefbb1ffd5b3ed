#include "inkling/nn/bag.h"

#include <torch/csrc/autograd/custom_function.h>

#include "inkling/base/error.h"
#include "inkling/nn/row_loops.h"

namespace inkling {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

/// Texts of one episode read table rows from `base` on: R rows further an episode, or 0 where the
/// table is shared.
template <class T, class Visit>
void for_entries(const Words& words, std::int64_t units, std::int64_t rows_an_episode,
                 Visit visit) {
  const auto* ids = words.ids.const_data_ptr<std::int64_t>();
  const auto* weights = words.weights.const_data_ptr<T>();
  const auto* offsets = words.offsets.const_data_ptr<std::int64_t>();
  const std::int64_t texts = words.offsets.size(0) - 1;
  for (std::int64_t text = 0; text < texts; ++text) {
    const std::int64_t base = rows_an_episode == 0 ? 0 : text / units * rows_an_episode;
    for (std::int64_t i = offsets[text]; i < offsets[text + 1]; ++i) {
      visit(text, base + ids[i], weights[i]);
    }
  }
}

/// The same by operators, for devices without a loop of ours: text and row of every entry.
std::pair<Tensor, Tensor> entry_places(const Words& words, std::int64_t units,
                                       std::int64_t rows_an_episode) {
  const Tensor lengths = words.offsets.diff();
  const Tensor texts = at::repeat_interleave(at::arange(lengths.size(0), words.ids.options()),
                                             lengths, 0, words.ids.size(0));
  Tensor rows = words.ids;
  if (rows_an_episode != 0) rows = rows + texts.div(units, "floor") * rows_an_episode;
  return {texts, rows};
}

Tensor bag_forward(const Tensor& table, const Words& words, std::int64_t units,
                   std::int64_t rows_an_episode) {
  const std::int64_t texts = words.offsets.size(0) - 1;
  const std::int64_t width = table.size(1);
  Tensor out = at::zeros({texts, width}, table.options());
  if (!table.is_cpu()) {
    const auto [text, row] = entry_places(words, units, rows_an_episode);
    return out.index_add_(0, text, table.index_select(0, row) * words.weights.unsqueeze(1));
  }
  const Tensor rows = table.contiguous();
  AT_DISPATCH_FLOATING_TYPES(rows.scalar_type(), "bag", [&] {
    const auto* from = rows.const_data_ptr<scalar_t>();
    auto* to = out.data_ptr<scalar_t>();
    for_entries<scalar_t>(words, units, rows_an_episode,
                          [&](std::int64_t text, std::int64_t row, scalar_t weight) {
                            add_scaled(to + text * width, from + row * width, weight, width);
                          });
  });
  return out;
}

Tensor unbag_forward(const Tensor& x, const Words& words, std::int64_t units,
                     std::int64_t rows_an_episode, std::int64_t rows) {
  const std::int64_t width = x.size(1);
  Tensor out = at::zeros({rows, width}, x.options());
  if (!x.is_cpu()) {
    const auto [text, row] = entry_places(words, units, rows_an_episode);
    return out.index_add_(0, row, x.index_select(0, text) * words.weights.unsqueeze(1));
  }
  const Tensor values = x.contiguous();
  AT_DISPATCH_FLOATING_TYPES(values.scalar_type(), "unbag", [&] {
    const auto* from = values.const_data_ptr<scalar_t>();
    auto* to = out.data_ptr<scalar_t>();
    for_entries<scalar_t>(words, units, rows_an_episode,
                          [&](std::int64_t text, std::int64_t row, scalar_t weight) {
                            add_scaled(to + row * width, from + text * width, weight, width);
                          });
  });
  return out;
}

struct Shape {
  std::int64_t units;
  std::int64_t rows_an_episode;
  std::int64_t rows;  ///< of the whole table
};

void keep(AutogradContext* context, const Words& words, const Shape& shape) {
  context->saved_data["ids"] = words.ids;
  context->saved_data["offsets"] = words.offsets;
  context->saved_data["units"] = shape.units;
  context->saved_data["rows_an_episode"] = shape.rows_an_episode;
  context->saved_data["rows"] = shape.rows;
}

/// Words without weights: these are variables of their own.
std::pair<Words, Shape> kept(AutogradContext* context) {
  auto& data = context->saved_data;
  Words words;
  words.ids = data["ids"].toTensor();
  words.offsets = data["offsets"].toTensor();
  return {words, {data["units"].toInt(), data["rows_an_episode"].toInt(), data["rows"].toInt()}};
}

Words weighted(const Words& words, const Tensor& weights) {
  Words made = words;
  made.weights = weights.contiguous();
  return made;
}

// Three functions, each linear in either of its tensors, whose derivatives are each other:
//   Bag    out[text] += w[i] table[row]      of every entry i of a text
//   Unbag  out[row]  += w[i] x[text]
//   Pair   out[i]     = <x[text], table[row]>
// What only the gradient of the weights needs is kept only where they have one.

struct Bag : torch::autograd::Function<Bag> {
  static Variable forward(AutogradContext* context, const Variable& table, const Variable& weights,
                          const Words& words, const Shape& shape) {
    keep(context, words, shape);
    context->save_for_backward({weights, weights.requires_grad() ? table : Variable()});
    return bag_forward(table, weighted(words, weights), shape.units, shape.rows_an_episode);
  }
  static variable_list backward(AutogradContext* context, variable_list gradient);
};

struct Unbag : torch::autograd::Function<Unbag> {
  static Variable forward(AutogradContext* context, const Variable& x, const Variable& weights,
                          const Words& words, const Shape& shape) {
    keep(context, words, shape);
    context->save_for_backward({weights, weights.requires_grad() ? x : Variable()});
    return unbag_forward(x, weighted(words, weights), shape.units, shape.rows_an_episode,
                         shape.rows);
  }
  static variable_list backward(AutogradContext* context, variable_list gradient);
};

struct Pair : torch::autograd::Function<Pair> {
  static Variable forward(AutogradContext* context, const Variable& x, const Variable& table,
                          const Words& words, const Shape& shape) {
    keep(context, words, shape);
    context->save_for_backward({x, table});
    const auto [text, row] = entry_places(words, shape.units, shape.rows_an_episode);
    return (x.index_select(0, text) * table.index_select(0, row)).sum(1);
  }
  static variable_list backward(AutogradContext* context, variable_list gradient) {
    const auto [words, shape] = kept(context);
    const variable_list saved = context->get_saved_variables();
    return {Bag::apply(saved[1], gradient[0], words, shape),
            Unbag::apply(saved[0], gradient[0], words, shape),
            {},
            {}};
  }
};

variable_list Bag::backward(AutogradContext* context, variable_list gradient) {
  const auto [words, shape] = kept(context);
  const variable_list saved = context->get_saved_variables();
  variable_list found(4);
  if (context->needs_input_grad(0)) {
    found[0] = Unbag::apply(gradient[0], saved[0], words, shape);
  }
  if (context->needs_input_grad(1)) found[1] = Pair::apply(gradient[0], saved[1], words, shape);
  return found;
}

variable_list Unbag::backward(AutogradContext* context, variable_list gradient) {
  const auto [words, shape] = kept(context);
  const variable_list saved = context->get_saved_variables();
  variable_list found(4);
  if (context->needs_input_grad(0)) found[0] = Bag::apply(gradient[0], saved[0], words, shape);
  if (context->needs_input_grad(1)) found[1] = Pair::apply(saved[1], gradient[0], words, shape);
  return found;
}

}  // namespace

Tensor bag(const Tensor& table, const Batch& batch) {
  const bool shared = table.dim() == 2;
  const std::int64_t rows_an_episode = shared ? 0 : table.size(1);
  const Tensor flat = shared ? table : table.reshape({-1, table.size(2)});
  return Bag::apply(flat, batch.words.weights.to(table.scalar_type()), batch.words,
                    Shape{batch.units, rows_an_episode, flat.size(0)})
      .reshape({batch.episodes, batch.units, flat.size(1)});
}

Tensor unbag(const Tensor& x, const Batch& batch, std::int64_t rows) {
  return Unbag::apply(x.reshape({batch.episodes * batch.units, x.size(-1)}),
                      batch.words.weights.to(x.scalar_type()), batch.words,
                      Shape{batch.units, rows, rows * batch.episodes})
      .reshape({batch.episodes, rows, x.size(-1)});
}

Tensor overlap(const Batch& a, const Batch& b, std::int64_t rows) {
  const torch::autograd::AutoGradMode off(false);
  const auto options = b.words.weights.options();
  // The support's word vectors as a table [E, R, Ub]: then the overlap is a bag of it.
  const Tensor each = at::eye(b.units, options).expand({b.episodes, b.units, b.units});
  return bag(unbag(each, b, rows), a);
}

}  // namespace inkling
