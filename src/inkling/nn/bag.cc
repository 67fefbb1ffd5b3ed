#include "inkling/nn/bag.h"

#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <numeric>

#include "inkling/base/error.h"
#include "inkling/nn/row_loops.h"
#include "inkling/tensor/recycled.h"
#include "inkling/tensor/share_out.h"

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

/// How many of `count` sums a thread takes at once, where all of them together add `numbers`.
std::int64_t at_once(std::int64_t count, std::int64_t numbers) {
  constexpr std::int64_t kNumbers = std::int64_t{1} << 16;
  return std::max<std::int64_t>(1, count * kNumbers / std::max<std::int64_t>(numbers, 1));
}

Tensor bag_forward(const Tensor& table, const Words& words, std::int64_t units,
                   std::int64_t rows_an_episode) {
  const std::int64_t texts = words.offsets.size(0) - 1;
  const std::int64_t width = table.size(1);
  if (!table.is_cpu()) {
    const auto [text, row] = entry_places(words, units, rows_an_episode);
    return at::zeros({texts, width}, table.options())
        .index_add_(0, text, table.index_select(0, row) * words.weights.unsqueeze(1));
  }
  const Tensor rows = table.contiguous();
  Tensor out = at::empty({texts, width}, table.options());
  AT_DISPATCH_FLOATING_TYPES(rows.scalar_type(), "bag", [&] {
    const auto* from = rows.const_data_ptr<scalar_t>();
    auto* to = out.data_ptr<scalar_t>();
    const auto* ids = words.ids.const_data_ptr<std::int64_t>();
    const auto* weights = words.weights.const_data_ptr<scalar_t>();
    const auto* offsets = words.offsets.const_data_ptr<std::int64_t>();
    share_out(texts, at_once(texts, words.ids.numel() * width),
              [&](std::int64_t begin, std::int64_t end) {
                for (std::int64_t text = begin; text < end; ++text) {
                  const std::int64_t base =
                      rows_an_episode == 0 ? 0 : text / units * rows_an_episode;
                  sum_rows(to + text * width, from + base * width, ids + offsets[text],
                           weights + offsets[text], offsets[text + 1] - offsets[text], width);
                }
              });
  });
  return out;
}

/// Entries by the row that they mean, those of a row in their order.
template <class T>
struct ByRow {
  std::vector<std::int32_t> starts;  ///< of row r: entries starts[r] .. starts[r + 1]
  std::vector<std::int64_t> texts;
  std::vector<T> weights;
};

template <class T>
ByRow<T> by_row(const Words& words, std::int64_t units, std::int64_t rows_an_episode,
                std::int64_t rows) {
  ByRow<T> found;
  found.starts.resize(static_cast<std::size_t>(rows) + 2);
  found.texts.resize(static_cast<std::size_t>(words.ids.numel()));
  found.weights.resize(found.texts.size());
  // Counted one place ahead, so that placing the entries moves each start to where it belongs.
  std::int32_t* next = found.starts.data() + 1;
  const auto visit = [&](auto f) { for_entries<T>(words, units, rows_an_episode, f); };
  visit([&](std::int64_t, std::int64_t row, T) { ++next[row + 1]; });
  std::partial_sum(found.starts.begin(), found.starts.end(), found.starts.begin());
  visit([&](std::int64_t text, std::int64_t row, T weight) {
    const auto at = static_cast<std::size_t>(next[row]++);
    found.texts[at] = text;
    found.weights[at] = weight;
  });
  return found;
}

/// Row by row: each is written once, and x, which is small, stays in the cache.
template <class T>
void unbag_rows(T* out, const T* x, const ByRow<T>& order, std::int64_t width) {
  const auto rows = static_cast<std::int64_t>(order.starts.size()) - 2;
  const std::int64_t numbers = (rows + static_cast<std::int64_t>(order.texts.size())) * width;
  share_out(rows, at_once(rows, numbers), [&](std::int64_t from, std::int64_t to) {
    for (std::int64_t row = from; row < to; ++row) {
      const auto begin = order.starts[static_cast<std::size_t>(row)];
      const auto end = order.starts[static_cast<std::size_t>(row) + 1];
      sum_rows(out + row * width, x, order.texts.data() + begin, order.weights.data() + begin,
               end - begin, width);
    }
  });
}

Tensor unbag_forward(const Tensor& x, const Words& words, std::int64_t units,
                     std::int64_t rows_an_episode, std::int64_t rows) {
  const std::int64_t width = x.size(1);
  if (!x.is_cpu()) {
    const auto [text, row] = entry_places(words, units, rows_an_episode);
    return at::zeros({rows, width}, x.options())
        .index_add_(0, row, x.index_select(0, text) * words.weights.unsqueeze(1));
  }
  const Tensor values = x.contiguous();
  Tensor out = recycled({rows, width}, x.options());
  AT_DISPATCH_FLOATING_TYPES(values.scalar_type(), "unbag", [&] {
    unbag_rows(out.data_ptr<scalar_t>(), values.const_data_ptr<scalar_t>(),
               by_row<scalar_t>(words, units, rows_an_episode, rows), width);
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

/// The texts of a, then those of b.
Words one_after_the_other(const Words& a, const Words& b) {
  Words both;
  both.ids = at::cat({a.ids, b.ids});
  both.weights = at::cat({a.weights, b.weights});
  both.offsets = at::cat({a.offsets, b.offsets.slice(0, 1) + a.ids.size(0)});
  return both;
}

/// Two bags of one table, weights without gradient: one Unbag of the texts of both goes back.
struct Bags : torch::autograd::Function<Bags> {
  static variable_list forward(AutogradContext* context, const Variable& table, const Words& a,
                               const Words& b) {
    keep(context, a, {1, 0, table.size(0)});
    context->saved_data["weights"] = a.weights;
    context->saved_data["other ids"] = b.ids;
    context->saved_data["other weights"] = b.weights;
    context->saved_data["other offsets"] = b.offsets;
    return {bag_forward(table, a, 1, 0), bag_forward(table, b, 1, 0)};
  }
  static variable_list backward(AutogradContext* context, variable_list gradient) {
    const auto [words, shape] = kept(context);
    const auto saved = [&](const char* name) { return context->saved_data[name].toTensor(); };
    Words a = words;
    a.weights = saved("weights");
    Words b;
    b.ids = saved("other ids");
    b.weights = saved("other weights");
    b.offsets = saved("other offsets");
    const Words both = one_after_the_other(a, b);
    return {Unbag::apply(at::cat(gradient), both.weights, both, shape), {}, {}};
  }
};

/// Texts by rows, and rows by texts.
struct Orders : torch::CustomClassHolder {
  Words of;
  Words transposed;
};

/// A bag whose transpose is a bag too.
struct OrderedBag : torch::autograd::Function<OrderedBag> {
  static Variable forward(AutogradContext* context, const Variable& table, const Words& of,
                          const Words& transposed) {
    auto orders = c10::make_intrusive<Orders>();
    orders->of = of;
    orders->transposed = transposed;
    context->saved_data["orders"] = c10::IValue::make_capsule(orders);
    return bag_forward(table, of, 1, 0);
  }
  static variable_list backward(AutogradContext* context, variable_list gradient) {
    const auto orders =
        c10::static_intrusive_pointer_cast<Orders>(context->saved_data.at("orders").toCapsule());
    return {OrderedBag::apply(gradient[0], orders->transposed, orders->of), {}, {}};
  }
};

}  // namespace

Tensor bag(const Tensor& table, const Batch& batch) {
  const bool shared = table.dim() == 2;
  const std::int64_t rows_an_episode = shared ? 0 : table.size(1);
  const Tensor flat = shared ? table : table.reshape({-1, table.size(2)});
  return Bag::apply(flat, batch.words.weights.to(table.scalar_type()), batch.words,
                    Shape{batch.units, rows_an_episode, flat.size(0)})
      .reshape({batch.episodes, batch.units, flat.size(1)});
}

std::pair<Tensor, Tensor> bags(const Tensor& table, const Batch& a, const Batch& b) {
  const auto fits = [&](const Words& words) {
    return words.weights.scalar_type() == table.scalar_type() && !words.weights.requires_grad();
  };
  // Episodes with tables of their own are numbered within a batch.
  if (table.dim() != 2 || !fits(a.words) || !fits(b.words)) return {bag(table, a), bag(table, b)};
  const variable_list made = Bags::apply(table, a.words, b.words);
  return {made[0].reshape({a.episodes, a.units, table.size(1)}),
          made[1].reshape({b.episodes, b.units, table.size(1)})};
}

Tensor unbag(const Tensor& x, const Batch& batch, std::int64_t rows) {
  return Unbag::apply(x.reshape({batch.episodes * batch.units, x.size(-1)}),
                      batch.words.weights.to(x.scalar_type()), batch.words,
                      Shape{batch.units, rows, rows * batch.episodes})
      .reshape({batch.episodes, rows, x.size(-1)});
}

TextMatrix::TextMatrix(const Batch& batch, std::int64_t rows, at::ScalarType type)
    : by_text_(batch.words) {
  if (batch.episodes != 1 || !batch.words.ids.is_cpu()) {
    throw Error(ErrorKind::internal, "a text matrix is of one episode, on the processor");
  }
  by_text_.weights = batch.words.weights.detach().to(type).contiguous();
  by_row_.offsets = at::empty({rows + 1}, at::kLong);
  AT_DISPATCH_FLOATING_TYPES(type, "text_matrix", [&] {
    const ByRow<scalar_t> order = by_row<scalar_t>(by_text_, batch.units, 0, rows);
    std::copy_n(order.starts.begin(), rows + 1, by_row_.offsets.data_ptr<std::int64_t>());
    by_row_.ids = tensor_of(order.texts);
    by_row_.weights = tensor_of(order.weights);
  });
}

Tensor TextMatrix::times(const Tensor& table) const {
  return OrderedBag::apply(table, by_text_, by_row_).unsqueeze(0);
}

Batch without_repeats(const Batch& batch) {
  const Words& words = batch.words;
  Batch made = batch;
  made.words.longest = 0;
  AT_DISPATCH_FLOATING_TYPES(words.weights.scalar_type(), "without_repeats", [&] {
    std::vector<std::int64_t> ids;
    std::vector<scalar_t> weights;
    std::vector<std::int64_t> offsets = {0};
    std::vector<std::pair<std::int64_t, scalar_t>> entries;
    const auto close = [&] {
      std::ranges::stable_sort(entries, {}, &std::pair<std::int64_t, scalar_t>::first);
      for (const auto& [id, weight] : entries) {
        if (static_cast<std::int64_t>(ids.size()) > offsets.back() && ids.back() == id) {
          weights.back() += weight;
          continue;
        }
        ids.push_back(id);
        weights.push_back(weight);
      }
      const auto end = static_cast<std::int64_t>(ids.size());
      made.words.longest = std::max(made.words.longest, end - offsets.back());
      offsets.push_back(end);
      entries.clear();
    };
    std::int64_t now = 0;
    for_entries<scalar_t>(words, batch.units, 0,
                          [&](std::int64_t text, std::int64_t id, scalar_t weight) {
                            for (; now < text; ++now) close();
                            entries.emplace_back(id, weight);
                          });
    for (; now < words.offsets.size(0) - 1; ++now) close();
    made.words.ids = tensor_of(ids);
    made.words.weights = tensor_of(weights);
    made.words.offsets = tensor_of(offsets);
  });
  made.words.frequencies = Tensor();
  return made;
}

}  // namespace inkling
