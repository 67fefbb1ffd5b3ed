#include "inkling/tensor/params.h"

#include <algorithm>
#include <functional>
#include <iterator>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/tensor/recycled.h"

namespace inkling {

const Tensor* Params::find(std::string_view name) const {
  const auto found =
      std::ranges::find_if(entries_, [&](const Entry& entry) { return entry.first == name; });
  return found == entries_.end() ? nullptr : &found->second;
}

const Tensor& Params::at(std::string_view name) const {
  if (const Tensor* found = find(name)) return *found;
  throw Error(ErrorKind::internal, cat("no parameter '", name, "'"), {},
              cat("there are: ", join(names(), ", ")));
}

void Params::set(std::string_view name, Tensor value) {
  for (Entry& entry : entries_) {
    if (entry.first == name) {
      entry.second = std::move(value);
      return;
    }
  }
  entries_.emplace_back(name, std::move(value));
}

void Params::erase(std::string_view name) {
  std::erase_if(entries_, [&](const Entry& entry) { return entry.first == name; });
}

std::vector<std::string> Params::names() const {
  std::vector<std::string> names;
  for (const auto& [name, value] : entries_) names.push_back(name);
  return names;
}

std::vector<Tensor> Params::tensors() const {
  std::vector<Tensor> tensors;
  for (const auto& [name, value] : entries_) tensors.push_back(value);
  return tensors;
}

Params Params::with(const std::vector<Tensor>& tensors) const {
  Params made = *this;
  for (std::size_t i = 0; i < entries_.size(); ++i) made.entries_[i].second = tensors.at(i);
  return made;
}

Params Params::map(const std::function<Tensor(const std::string&, const Tensor&)>& f) const {
  Params made = *this;
  for (Entry& entry : made.entries_) entry.second = f(entry.first, entry.second);
  return made;
}

Params Params::zip(
    const Params& other,
    const std::function<Tensor(const std::string&, const Tensor&, const Tensor&)>& f) const {
  if (size() != other.size()) throw Error(ErrorKind::internal, "parameters of different models");
  Params made = *this;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].first != other.entries_[i].first) {
      throw Error(ErrorKind::internal, "parameters of different models");
    }
    made.entries_[i].second = f(entries_[i].first, entries_[i].second, other.entries_[i].second);
  }
  return made;
}

Params Params::where(const std::function<bool(const std::string&)>& keep) const {
  Params made;
  for (const Entry& entry : entries_) {
    if (keep(entry.first)) made.entries_.push_back(entry);
  }
  return made;
}

Params Params::merged(const Params& other) const {
  Params made = *this;
  for (const auto& [name, value] : other) made.set(name, value);
  return made;
}

Params operator+(const Params& a, const Params& b) {
  return a.zip(b, [](const std::string&, const Tensor& x, const Tensor& y) { return x + y; });
}

Params operator*(double scale, const Params& a) {
  return a.map([&](const std::string&, const Tensor& x) { return x * scale; });
}

Params leaves(const Params& params) {
  return params.map([](const std::string&, const Tensor& x) { return leaf(x); });
}

Params detached(const Params& params) {
  return params.map([](const std::string&, const Tensor& x) { return x.detach(); });
}

const Gradient& Gradients::at(std::string_view name) const {
  for (const auto& [key, gradient] : entries_) {
    if (key == name) return gradient;
  }
  throw Error(ErrorKind::internal, cat("no gradient of '", name, "'"));
}

namespace {

/// Both lists of rows rise: they are merged in one pass over the values.
template <class T>
Gradient merged_rows(const Gradient& a, const Gradient& b) {
  const Tensor rows_of[] = {a.rows.contiguous(), b.rows.contiguous()};
  const Tensor values_of[] = {a.value.contiguous(), b.value.contiguous()};
  const std::int64_t counts[] = {rows_of[0].numel(), rows_of[1].numel()};
  const auto* first = rows_of[0].const_data_ptr<std::int64_t>();
  const auto* second = rows_of[1].const_data_ptr<std::int64_t>();
  std::vector<std::int64_t> rows;
  rows.reserve(static_cast<std::size_t>(counts[0] + counts[1]));
  std::set_union(first, first + counts[0], second, second + counts[1], std::back_inserter(rows));
  auto shape = values_of[0].sizes().vec();
  shape[0] = static_cast<std::int64_t>(rows.size());
  Tensor value = recycled(shape, a.value.options());
  const std::int64_t width = value.numel() / std::max<std::int64_t>(1, shape[0]);
  const T* x = values_of[0].const_data_ptr<T>();
  const T* y = values_of[1].const_data_ptr<T>();
  T* out = value.data_ptr<T>();
  std::int64_t i = 0;
  std::int64_t j = 0;
  for (const std::int64_t row : rows) {
    const bool has_x = i < counts[0] && first[i] == row;
    const bool has_y = j < counts[1] && second[j] == row;
    if (has_x && has_y) {
      std::transform(x, x + width, y, out, std::plus<T>());
    } else {
      std::copy_n(has_x ? x : y, width, out);
    }
    if (has_x) ++i, x += width;
    if (has_y) ++j, y += width;
    out += width;
  }
  return {value, tensor_of(rows)};
}

}  // namespace

Gradient sum(const Gradient& a, const Gradient& b) {
  if (a.sparse() != b.sparse()) {
    throw Error(ErrorKind::internal, "a sparse and a dense gradient do not add");
  }
  if (!a.sparse()) return {a.value + b.value, {}};
  if (a.value.is_cpu() && a.value.scalar_type() == b.value.scalar_type() &&
      (a.value.scalar_type() == at::kFloat || a.value.scalar_type() == at::kDouble)) {
    return a.value.scalar_type() == at::kDouble ? merged_rows<double>(a, b)
                                                : merged_rows<float>(a, b);
  }
  const auto [rows, places, counts] =
      at::_unique2(at::cat({a.rows, b.rows}), /*sorted=*/true, /*return_inverse=*/true, false);
  auto shape = a.value.sizes().vec();
  shape[0] = rows.size(0);
  Tensor value = at::zeros(shape, a.value.options());
  const std::int64_t first = a.rows.size(0);
  value.index_add_(0, places.narrow(0, 0, first), a.value);
  value.index_add_(0, places.narrow(0, first, b.rows.size(0)), b.value);
  return {value, rows};
}

Tensor as_dense(const Gradient& gradient, const Tensor& like) {
  if (!gradient.sparse()) return gradient.value;
  return at::zeros_like(like).index_copy_(0, gradient.rows, gradient.value);
}

}  // namespace inkling
