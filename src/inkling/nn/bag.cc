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

Words words_as(const Words& words, const Tensor& like) {
  return {words.ids, words.weights.to(like.scalar_type()), words.offsets, words.longest};
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
  context->saved_data["weights"] = words.weights;
  context->saved_data["offsets"] = words.offsets;
  context->saved_data["units"] = shape.units;
  context->saved_data["rows_an_episode"] = shape.rows_an_episode;
  context->saved_data["rows"] = shape.rows;
}

std::pair<Words, Shape> kept(AutogradContext* context) {
  auto& data = context->saved_data;
  return {{data["ids"].toTensor(), data["weights"].toTensor(), data["offsets"].toTensor(), 0},
          {data["units"].toInt(), data["rows_an_episode"].toInt(), data["rows"].toInt()}};
}

struct Unbag;

struct Bag : torch::autograd::Function<Bag> {
  static Variable forward(AutogradContext* context, const Variable& table, const Words& words,
                          const Shape& shape) {
    keep(context, words, shape);
    return bag_forward(table, words, shape.units, shape.rows_an_episode);
  }
  static variable_list backward(AutogradContext* context, variable_list gradient);
};

struct Unbag : torch::autograd::Function<Unbag> {
  static Variable forward(AutogradContext* context, const Variable& x, const Words& words,
                          const Shape& shape) {
    keep(context, words, shape);
    return unbag_forward(x, words, shape.units, shape.rows_an_episode, shape.rows);
  }
  static variable_list backward(AutogradContext* context, variable_list gradient) {
    const auto [words, shape] = kept(context);
    return {Bag::apply(gradient[0], words, shape), {}, {}};
  }
};

variable_list Bag::backward(AutogradContext* context, variable_list gradient) {
  const auto [words, shape] = kept(context);
  return {Unbag::apply(gradient[0], words, shape), {}, {}};
}

}  // namespace

Tensor bag(const Tensor& table, const Batch& batch) {
  const Words words = words_as(batch.words, table);
  const bool shared = table.dim() == 2;
  const std::int64_t rows_an_episode = shared ? 0 : table.size(1);
  const Tensor flat = shared ? table : table.reshape({-1, table.size(2)});
  return Bag::apply(flat, words, Shape{batch.units, rows_an_episode, flat.size(0)})
      .reshape({batch.episodes, batch.units, flat.size(1)});
}

Tensor unbag(const Tensor& x, const Batch& batch, std::int64_t rows) {
  const Words words = words_as(batch.words, x);
  return Unbag::apply(x.reshape({batch.episodes * batch.units, x.size(-1)}), words,
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
