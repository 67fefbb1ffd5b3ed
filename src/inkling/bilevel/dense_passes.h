// The two ways through dense layers, an episode at a time: the gradients of the loss, and how these
// change along given directions.
#pragma once

#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "inkling/bilevel/score_losses.h"
#include "inkling/nn/network.h"
#include "inkling/nn/small_products.h"

namespace inkling::dense_passes {

/// What both ways know of a fit beside the tensors that have a gradient.
struct Shape : torch::CustomClassHolder {
  LossKind loss;
  Activation activation;
  Tensor targets;
  Tensor gram;
  bool spanned;           ///< the input is x + gram C
  bool descends = false;  ///< made is not the gradients but parameters and C moved against them
  bool of_input = false;  ///< the gradient with respect to the input is wanted
  std::int64_t episodes, units;
  std::vector<std::int64_t> widths;  ///< of the input, then of each layer's output

  std::size_t layers() const { return widths.size() - 1; }
  std::int64_t numbers(std::size_t layer) const { return units * widths[layer]; }
  /// Of the tensors that have a gradient, x, C where there is one, then the parameters.
  std::size_t first_parameter() const { return spanned ? 2 : 1; }
  std::size_t inputs_count() const { return first_parameter() + 2 * layers(); }
  bool needs_input_gradient(std::size_t layer) const { return layer > 0 || of_input; }

  // What the way forward keeps of an episode, one after the other.
  std::vector<std::int64_t> inputs;      ///< of each layer [U, H]; the scores' last
  std::vector<std::int64_t> slopes;      ///< the gradients with respect to x W + b [U, C]
  std::vector<std::int64_t> arrived;     ///< those with respect to the activation's output
  std::vector<std::int64_t> transposed;  ///< W transposed [C, H]
  std::int64_t kept = 0;

  void place() {
    const auto room = [&](std::int64_t numbers) {
      kept += numbers;
      return kept - numbers;
    };
    for (std::size_t l = 0; l <= layers(); ++l) inputs.push_back(room(numbers(l)));
    for (std::size_t l = 0; l < layers(); ++l) slopes.push_back(room(numbers(l + 1)));
    for (std::size_t l = 0; l < layers(); ++l) {
      arrived.push_back(activation == Activation::relu ? 0 : room(numbers(l + 1)));
    }
    for (std::size_t l = 0; l < layers(); ++l) {
      transposed.push_back(needs_input_gradient(l) ? room(widths[l] * widths[l + 1]) : 0);
    }
  }
};

/// The numbers of an episode lie together; the episodes may share them.
inline Tensor together(const Tensor& tensor) {
  std::int64_t step = 1;
  for (std::int64_t dim = tensor.dim() - 1; dim > 0; --dim) {
    if (tensor.size(dim) != 1 && tensor.stride(dim) != step) return tensor.contiguous();
    step *= tensor.size(dim);
  }
  return tensor;
}

/// The episodes' numbers of a tensor.
template <class T>
class Each {
 public:
  explicit Each(const Tensor& tensor)
      : held_(together(tensor)), data_(held_.const_data_ptr<T>()), step_(held_.stride(0)) {}
  const T* operator[](std::int64_t episode) const { return data_ + episode * step_; }

 private:
  Tensor held_;
  const T* data_;
  std::int64_t step_;
};

template <class T>
std::vector<Each<T>> each_of(const std::vector<Tensor>& tensors, std::size_t from,
                             std::size_t count) {
  return {tensors.begin() + static_cast<std::ptrdiff_t>(from),
          tensors.begin() + static_cast<std::ptrdiff_t>(from + count)};
}

/// Where a layer's results go, an episode at a time.
template <class T>
T* at_episode(const Tensor& tensor, std::int64_t episode) {
  return tensor.data_ptr<T>() + episode * tensor.stride(0);
}

/// x W + b becomes the layer's output.
template <class T>
void activate(T* x, std::int64_t size, Activation activation) {
  if (activation == Activation::relu) {
    for (std::int64_t i = 0; i < size; ++i) x[i] = x[i] > 0 ? x[i] : T(0);
  } else {
    for (std::int64_t i = 0; i < size; ++i) x[i] = std::tanh(x[i]);
  }
}

/// Multiplies by the activation's derivative where its output is `out`.
template <class T>
void times_derivative(T* x, const T* out, std::int64_t size, Activation activation) {
  if (activation == Activation::relu) {
    for (std::int64_t i = 0; i < size; ++i) x[i] = out[i] > 0 ? x[i] : T(0);
  } else {
    for (std::int64_t i = 0; i < size; ++i) x[i] *= 1 - out[i] * out[i];
  }
}

template <class T>
void fill_rows(T* out, const T* row, std::int64_t rows, std::int64_t width) {
  for (std::int64_t r = 0; r < rows; ++r) std::copy_n(row, width, out + r * width);
}

template <class T>
void add_rows(T* out, const T* x, std::int64_t rows, std::int64_t width) {
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t i = 0; i < width; ++i) out[i] += x[r * width + i];
  }
}

/// Calls visit(loss, targets of an episode) with the loss of this kind.
template <class T, class Visit>
void with_loss(const Shape& shape, std::int64_t episode, Visit visit) {
  const std::int64_t columns = shape.widths.back();
  if (shape.loss == LossKind::squared_error) {
    visit(SquaredError<T>{shape.units, columns},
          shape.targets.const_data_ptr<T>() + episode * shape.units * columns);
  } else {
    visit(CrossEntropy<T>{shape.units, columns},
          shape.targets.const_data_ptr<std::int64_t>() + episode * shape.units);
  }
}

/// One episode's gradients; `kept` is left for the way back.
template <class T>
class Forward {
 public:
  Forward(const Shape& shape, const std::vector<Tensor>& inputs)
      : shape_(shape),
        x_(inputs[0]),
        parameters_(each_of<T>(inputs, shape.first_parameter(), 2 * shape.layers())) {
    if (shape.spanned) spanned_.emplace(shape.gram, inputs[1]);
  }

  /// @param made  zeros, one a gradient
  /// @return      the loss
  T episode(std::int64_t e, T* kept, const std::vector<Tensor>& made) const {
    const auto [units, widths] = std::tie(shape_.units, shape_.widths);
    const std::size_t layers = shape_.layers();
    T* x = kept + shape_.inputs[0];
    std::copy_n(x_[e], shape_.numbers(0), x);
    if (spanned_) {
      const auto& [gram, coefficients] = *spanned_;
      const std::int64_t span = shape_.gram.size(2);
      add_product(x, {gram[e], span, 1}, coefficients[e], units, span, widths[0]);
    }
    for (std::size_t l = 0; l < layers; ++l) {
      T* out = kept + shape_.inputs[l + 1];
      fill_rows(out, parameters_[2 * l + 1][e], units, widths[l + 1]);
      add_product(out, {kept + shape_.inputs[l], widths[l], 1}, parameters_[2 * l][e], units,
                  widths[l], widths[l + 1]);
      if (l + 1 < layers) activate(out, shape_.numbers(l + 1), shape_.activation);
    }
    T value = 0;
    with_loss<T>(shape_, e, [&](const auto& loss, const auto* targets) {
      value = loss.gradient(kept + shape_.slopes.back(), kept + shape_.inputs.back(), targets);
    });
    for (std::size_t l = layers; l-- > 0;) {
      const T* slope = kept + shape_.slopes[l];
      add_rows(at_episode<T>(made[2 * l + 1], e), slope, units, widths[l + 1]);
      add_product(at_episode<T>(made[2 * l], e), {kept + shape_.inputs[l], 1, widths[l]}, slope,
                  widths[l], units, widths[l + 1]);
      if (!shape_.needs_input_gradient(l)) break;
      T* columns = kept + shape_.transposed[l];
      transpose(columns, parameters_[2 * l][e], widths[l], widths[l + 1]);
      T* to = l > 0 ? kept + shape_.slopes[l - 1] : at_episode<T>(made.back(), e);
      if (l > 0) std::fill_n(to, shape_.numbers(l), T(0));
      add_product(to, {slope, widths[l + 1], 1}, columns, units, widths[l + 1], widths[l]);
      if (l == 0) break;
      if (shape_.activation != Activation::relu) {
        std::copy_n(to, shape_.numbers(l), kept + shape_.arrived[l - 1]);
      }
      times_derivative(to, kept + shape_.inputs[l], shape_.numbers(l), shape_.activation);
    }
    return value;
  }

 private:
  const Shape& shape_;
  Each<T> x_;
  std::vector<Each<T>> parameters_;
  std::optional<std::pair<Each<T>, Each<T>>> spanned_;
};

/// The derivative of <gradients, directions> with respect to input and parameters, one episode's:
/// the change of the gradients along the directions, since second derivatives are symmetric.
template <class T>
class Backward {
 public:
  /// @param directions  one a gradient
  Backward(const Shape& shape, const std::vector<Tensor>& inputs,
           const std::vector<Tensor>& directions)
      : shape_(shape),
        parameters_(each_of<T>(inputs, shape.first_parameter(), 2 * shape.layers())),
        directions_(each_of<T>(directions, 0, directions.size())) {
    std::int64_t most = 0;
    std::int64_t weights = 0;
    for (std::size_t l = 0; l <= shape.layers(); ++l) {
      moves_.emplace_back(static_cast<std::size_t>(shape.numbers(l)));
      most = std::max(most, shape.numbers(l));
      if (l > 0) weights = std::max(weights, shape.widths[l - 1] * shape.widths[l]);
    }
    slope_moves_.resize(static_cast<std::size_t>(most));
    next_.resize(static_cast<std::size_t>(most));
    columns_.resize(static_cast<std::size_t>(weights));
  }

  /// Adds to what is in `made`, one a parameter, and to `to_input`, where that is not null.
  void episode(std::int64_t e, const T* kept, const std::vector<Tensor>& made, T* to_input) {
    const auto [units, widths] = std::tie(shape_.units, shape_.widths);
    const std::size_t layers = shape_.layers();
    // How each layer's input moves.
    const bool input_moves = shape_.of_input;
    if (input_moves) std::copy_n(directions_.back()[e], shape_.numbers(0), moves_[0].data());
    for (std::size_t l = 0; l < layers; ++l) {
      T* out = moves_[l + 1].data();
      fill_rows(out, directions_[2 * l + 1][e], units, widths[l + 1]);
      add_product(out, {kept + shape_.inputs[l], widths[l], 1}, directions_[2 * l][e], units,
                  widths[l], widths[l + 1]);
      if (l > 0 || input_moves) {
        add_product(out, {moves_[l].data(), widths[l], 1}, parameters_[2 * l][e], units, widths[l],
                    widths[l + 1]);
      }
      if (l + 1 == layers) break;
      times_derivative(out, kept + shape_.inputs[l + 1], shape_.numbers(l + 1), shape_.activation);
    }
    // How the slopes move.
    slope_moves_.assign(moves_.back().begin(), moves_.back().end());
    with_loss<T>(shape_, e, [&](const auto& loss, const auto*) {
      loss.curvature(slope_moves_.data(), kept + shape_.inputs.back());
    });
    for (std::size_t l = layers; l-- > 0;) {
      const T* slope = kept + shape_.slopes[l];
      T* to = at_episode<T>(made[2 * l], e);
      add_rows(at_episode<T>(made[2 * l + 1], e), slope_moves_.data(), units, widths[l + 1]);
      add_product(to, {kept + shape_.inputs[l], 1, widths[l]}, slope_moves_.data(), widths[l],
                  units, widths[l + 1]);
      if (l > 0 || input_moves) {
        add_product(to, {moves_[l].data(), 1, widths[l]}, slope, widths[l], units, widths[l + 1]);
      }
      if (l == 0 && to_input == nullptr) break;
      T* before = to_input;
      if (l > 0) {
        next_.assign(static_cast<std::size_t>(shape_.numbers(l)), T(0));
        before = next_.data();
      }
      const T* columns = kept + shape_.transposed[l];
      if (!shape_.needs_input_gradient(l)) {
        transpose(columns_.data(), parameters_[0][e], widths[l], widths[l + 1]);
        columns = columns_.data();
      }
      add_product(before, {slope_moves_.data(), widths[l + 1], 1}, columns, units, widths[l + 1],
                  widths[l]);
      transpose(columns_.data(), directions_[2 * l][e], widths[l], widths[l + 1]);
      add_product(before, {slope, widths[l + 1], 1}, columns_.data(), units, widths[l + 1],
                  widths[l]);
      if (l == 0) break;
      const T* out = kept + shape_.inputs[l];
      times_derivative(before, out, shape_.numbers(l), shape_.activation);
      if (shape_.activation == Activation::tanh) {
        const T* arrived = kept + shape_.arrived[l - 1];
        const T* move = moves_[l].data();
        for (std::int64_t i = 0; i < shape_.numbers(l); ++i) {
          before[i] -= 2 * out[i] * move[i] * arrived[i];
        }
      }
      std::swap(slope_moves_, next_);
    }
  }

 private:
  const Shape& shape_;
  std::vector<Each<T>> parameters_;
  std::vector<Each<T>> directions_;
  std::vector<std::vector<T>> moves_;
  std::vector<T> slope_moves_;
  std::vector<T> next_;
  std::vector<T> columns_;
};

}  // namespace inkling::dense_passes
