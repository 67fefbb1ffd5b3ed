// A model as a pure function in two parts: an encoder gives the features of units, a head their
// scores.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "inkling/base/rng.h"
#include "inkling/nn/batch.h"
#include "inkling/tensor/params.h"

namespace inkling {

/// Learning rates, decay, temperatures, weights: tensors, shared or with the episode axis, that can
/// be differentiated.
using Hyper = Params;

/// What a forward pass may depend on beside its inputs.
struct Context {
  Key key;  ///< of this pass's random choices (dropout)
  bool training = false;
  std::int64_t step = 0;  ///< of the inner loop
  double progress = 1;    ///< the share of meta-training that is done; 1 where it is over
  Hyper hyper;
};

enum class LossKind { cross_entropy, squared_error };
enum class Activation { relu, tanh };

/// Layers act(x W + b), one after the other from a batch's numbers (Batch::dense).
struct DenseLayers {
  /// The names of each layer's W [H, C] and b [C].
  std::vector<std::pair<std::string, std::string>> names;
  Activation activation = Activation::relu;
};

/// A first layer that is linear in one parameter: first(x) = phi(x) W, phi independent of every
/// parameter that an inner loop moves. Every update of W that is linear in the gradient lies in the
/// span of the support's phi, so that the inner loop can carry coefficients C [E, S, D] instead of
/// a copy of W: (W + phi(S)^T C)(x) = phi(x) W + <phi(x), phi(S)> C.
class LinearInput {
 public:
  virtual ~LinearInput() = default;

  /// The name of W, [R, D].
  virtual const std::string& weight() const = 0;
  /// phi(x) W. @return [E, U, D]
  virtual Tensor first(const Tensor& weight, const Batch& batch) const = 0;
  /// phi(x) W of two batches, whose gradient is then taken in one pass over W.
  virtual std::pair<Tensor, Tensor> first_of_both(const Tensor& weight, const Batch& a,
                                                  const Batch& b) const {
    return {first(weight, a), first(weight, b)};
  }
  /// <phi(a), phi(b)>. @return [E, Ua, Ub]
  virtual Tensor gram(const Batch& a, const Batch& b, std::int64_t rows) const = 0;
  /// phi(batch)^T C, the change of W that the coefficients stand for. @return [E, R, D]
  virtual Tensor expand(const Tensor& coefficients, const Batch& batch,
                        std::int64_t rows) const = 0;
  /// The encoder's features from its first layer's output; `first` itself where they are that.
  /// @return [E, U, H]
  virtual Tensor rest(const Params& params, const Tensor& first, const Batch& batch,
                      const Context& context) const = 0;
  /// How many of W's columns, from the first, nothing moves: no gradient reaches them, neither
  /// through first(), nor in an inner loop, nor by the outer step.
  virtual std::int64_t fixed_columns() const { return 0; }
};

/// Describes a function and holds no parameters. Those of the encoder are named "encoder.", those
/// of the head "head.".
class Network {
 public:
  virtual ~Network() = default;

  virtual Params init(Key key) const = 0;
  /// @return [E, U, H]
  virtual Tensor encode(const Params& params, const Batch& batch, const Context& context) const = 0;
  /// @return [E, U, C]
  virtual Tensor score(const Params& params, const Tensor& features,
                       const Context& context) const = 0;
  /// The mean loss of an episode's units. @return [E]
  virtual Tensor loss(const Tensor& scores, const Targets& targets,
                      const Context& context) const = 0;

  /// H, the numbers of a unit's features; 0 where the model does not know.
  virtual std::int64_t features() const { return 0; }
  /// The head's parameters for another number of outputs.
  virtual Params init_head(Key key, std::int64_t outputs) const = 0;
  /// The encoder's first layer where it is linear; else null.
  virtual const LinearInput* linear_input() const { return nullptr; }
  /// The parameter whose rows the batch's ids name; "" where there is none.
  virtual std::string table() const { return ""; }
  /// Whether meta-training moves the parameter.
  virtual bool trainable(const std::string&) const { return true; }
  /// Of what loss() is the mean, where scores are features W + b, W "head.weight" and b
  /// "head.bias", and cross-entropy puts a class 0 of score 0 before a single column: then an inner
  /// loop can take the head's gradients in closed form.
  virtual std::optional<LossKind> linear_head() const { return std::nullopt; }
  /// The encoder's layers where it is nothing but these; else null.
  virtual const DenseLayers* dense_layers() const { return nullptr; }
};

/// Whether a parameter has the rows of the model's table: the table, and what a method keeps for
/// each of its elements, named "<something>.<table>". Only the rows that occur are gathered, and
/// the gradient stays row-sparse.
inline bool has_table_rows(const Network& model, std::string_view name) {
  const std::string table = model.table();
  return !table.empty() && (name == table || name.ends_with("." + table));
}

inline bool of_encoder(std::string_view name) {
  return name.starts_with("encoder.");
}
inline bool of_head(std::string_view name) {
  return name.starts_with("head.");
}

}  // namespace inkling
