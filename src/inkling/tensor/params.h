// Parameters as a value: an ordered map from a dotted name ("encoder.embedding") to a tensor.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "inkling/tensor/tensor.h"

namespace inkling {

/// Copying is cheap: tensors are shared, and nothing here changes one in place.
class Params {
 public:
  using Entry = std::pair<std::string, Tensor>;

  Params() = default;
  Params(std::initializer_list<Entry> entries) : entries_(entries) {}

  bool empty() const { return entries_.empty(); }
  std::size_t size() const { return entries_.size(); }
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }

  /// The tensor of `name`, or null.
  const Tensor* find(std::string_view name) const;
  bool contains(std::string_view name) const { return find(name) != nullptr; }
  /// @throws Error internal, when there is none
  const Tensor& at(std::string_view name) const;

  /// Replaces, or adds at the end.
  void set(std::string_view name, Tensor value);
  void erase(std::string_view name);

  std::vector<std::string> names() const;
  std::vector<Tensor> tensors() const;
  /// The same names with other tensors, in order.
  Params with(const std::vector<Tensor>& tensors) const;

  Params map(const std::function<Tensor(const std::string&, const Tensor&)>& f) const;
  /// f(name, this, other) of every name here; both must have the same names in the same order.
  Params zip(
      const Params& other,
      const std::function<Tensor(const std::string&, const Tensor&, const Tensor&)>& f) const;
  /// The entries whose name `keep` accepts.
  Params where(const std::function<bool(const std::string&)>& keep) const;
  /// This with every entry of `other` set.
  Params merged(const Params& other) const;

 private:
  std::vector<Entry> entries_;
};

/// a + b, name by name.
Params operator+(const Params& a, const Params& b);
Params operator*(double scale, const Params& a);

/// Leaves of a new graph, each detached from its parent.
Params leaves(const Params& params);
Params detached(const Params& params);

/// A large table's gradient in the rows that have one.
struct Gradient {
  Tensor value;  ///< dense: as the parameter; row-sparse: [R, ...]
  Tensor rows;   ///< int64 [R], rising; undefined where the gradient is dense

  bool sparse() const { return rows.defined(); }
};

/// Gradients by parameter name, in the order of the parameters.
class Gradients {
 public:
  void set(std::string name, Gradient gradient) {
    entries_.emplace_back(std::move(name), std::move(gradient));
  }
  const Gradient& at(std::string_view name) const;
  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }
  auto begin() { return entries_.begin(); }
  auto end() { return entries_.end(); }
  bool empty() const { return entries_.empty(); }

 private:
  std::vector<std::pair<std::string, Gradient>> entries_;
};

/// Calls body(i) for each i in [0, count), on whichever threads.
using ForEach = std::function<void(std::int64_t count, const std::function<void(std::int64_t)>&)>;

/// The sum of the parts, added in their order, over `divisor`. Of sparse ones it has the rows of
/// any, and stays sparse; the rows are shared out by `for_each`.
Gradient mean_of(std::span<const Gradient> parts, double divisor, const ForEach& for_each);
/// The gradient as a tensor of the shape of `like`.
Tensor as_dense(const Gradient& gradient, const Tensor& like);

}  // namespace inkling
