#include "inkling/tensor/params.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <span>

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

/// The rows of any part, rising.
std::vector<std::int64_t> rows_of_any(std::span<const Gradient> parts) {
  std::vector<std::int64_t> all;
  for (const Gradient& part : parts) {
    const Tensor rows = part.rows.to(at::kCPU).contiguous();
    const auto* from = rows.const_data_ptr<std::int64_t>();
    std::vector<std::int64_t> both;
    both.reserve(all.size() + static_cast<std::size_t>(rows.numel()));
    std::set_union(all.begin(), all.end(), from, from + rows.numel(), std::back_inserter(both));
    all = std::move(both);
  }
  return all;
}

/// What a thread takes at once.
constexpr std::int64_t kRowsAtOnce = 512;

/// All lists of rows rise: a piece of the rows is summed in one pass over what the parts have
/// there.
template <class T>
void mean_rows(std::span<const Gradient> parts, double divisor, std::span<const std::int64_t> rows,
               T* out, std::int64_t width) {
  struct Reader {
    const std::int64_t* row;
    const std::int64_t* end;
    const T* value;
  };
  std::vector<Reader> readers;
  for (const Gradient& part : parts) {
    const auto* begin = part.rows.const_data_ptr<std::int64_t>();
    const auto* end = begin + part.rows.numel();
    const auto* row = std::lower_bound(begin, end, rows.front());
    readers.push_back({row, end, part.value.const_data_ptr<T>() + (row - begin) * width});
  }
  const T scale = static_cast<T>(1 / divisor);
  for (const std::int64_t row : rows) {
    const T* first = nullptr;
    bool several = false;
    for (Reader& reader : readers) {
      if (reader.row == reader.end || *reader.row != row) continue;
      if (first == nullptr) {
        first = reader.value;
      } else if (!several) {
        several = true;
        for (std::int64_t i = 0; i < width; ++i) out[i] = first[i] + reader.value[i];
      } else {
        for (std::int64_t i = 0; i < width; ++i) out[i] += reader.value[i];
      }
      ++reader.row;
      reader.value += width;
    }
    const T* sum = several ? out : first;
    for (std::int64_t i = 0; i < width; ++i) out[i] = sum[i] * scale;
    out += width;
  }
}

bool has_loop(const Tensor& value) {
  return value.is_cpu() &&
         (value.scalar_type() == at::kFloat || value.scalar_type() == at::kDouble);
}

}  // namespace

Gradient mean_of(std::span<const Gradient> parts, double divisor, const ForEach& for_each) {
  const Gradient& first = parts.front();
  for (const Gradient& part : parts) {
    if (part.sparse() != first.sparse()) {
      throw Error(ErrorKind::internal, "a sparse and a dense gradient do not add");
    }
  }
  if (!first.sparse()) {
    Tensor total = first.value;
    for (const Gradient& part : parts.subspan(1)) total = total + part.value;
    return {total / divisor, {}};
  }
  const std::vector<std::int64_t> rows = rows_of_any(parts);
  const auto count = static_cast<std::int64_t>(rows.size());
  auto shape = first.value.sizes().vec();
  shape[0] = count;
  if (!has_loop(first.value)) {
    Tensor value = at::zeros(shape, first.value.options());
    const Tensor all = tensor_of(rows).to(first.rows.device());
    for (const Gradient& part : parts) {
      value.index_add_(0, at::searchsorted(all, part.rows), part.value);
    }
    return {value / divisor, all};
  }
  std::vector<Gradient> together;
  for (const Gradient& part : parts) {
    together.push_back(
        {part.value.to(first.value.scalar_type()).contiguous(), part.rows.contiguous()});
  }
  Tensor value = recycled(shape, first.value.options());
  const std::int64_t width = value.numel() / std::max<std::int64_t>(1, count);
  for_each((count + kRowsAtOnce - 1) / kRowsAtOnce, [&](std::int64_t piece) {
    const std::int64_t begin = piece * kRowsAtOnce;
    const auto some =
        std::span(rows).subspan(static_cast<std::size_t>(begin),
                                static_cast<std::size_t>(std::min(kRowsAtOnce, count - begin)));
    AT_DISPATCH_FLOATING_TYPES(value.scalar_type(), "mean_of", [&] {
      mean_rows(together, divisor, some, value.data_ptr<scalar_t>() + begin * width, width);
    });
  });
  return {value, tensor_of(rows)};
}

Tensor as_dense(const Gradient& gradient, const Tensor& like) {
  if (!gradient.sparse()) return gradient.value;
  return at::zeros_like(like).index_copy_(0, gradient.rows, gradient.value);
}

}  // namespace inkling
