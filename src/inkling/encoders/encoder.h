// Text (or other input) to vectors: what an encoder is. One folder each beside this file.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "inkling/nn/network.h"
#include "inkling/text/text_weights.h"
#include "inkling/text/vocabulary.h"

namespace inkling {

/// What an encoder is built for.
struct EncoderInput {
  const Vocabulary* vocabulary = nullptr;  ///< of a text task; null else
  std::int64_t inputs = 0;                 ///< numbers a unit, of another task
  at::ScalarType dtype = at::kFloat;
  bool pairs = false;   ///< whether a unit is a head and a tail in a text, or has a predicate
  bool tokens = false;  ///< whether a unit is a word of a text: the words of a batch are sentences,
                        ///< end to end, and its units their words, of one episode a batch
};

/// Describes a function from a batch to features; the names of its parameters start with
/// "encoder.".
class Encoder {
 public:
  virtual ~Encoder() = default;

  virtual Params init(Key key) const = 0;
  /// @return [E, U, features()]
  virtual Tensor encode(const Params& params, const Batch& batch, const Context& context) const = 0;
  virtual std::int64_t features() const = 0;

  /// The fields declared differentiable (config/fields.h) that a training depends on as it is
  /// configured, at the options' values, by their names with _ for -.
  virtual Hyper hyper(at::ScalarType) const { return {}; }
  /// `first`, of which init() made the values (of a table, or of what training moves, a part), as
  /// it would be at other values of hyper(): a differentiable function of them.
  virtual Params started(const Params& first, const Hyper&) const { return first; }

  virtual const LinearInput* linear_input() const { return nullptr; }
  virtual std::string table() const { return ""; }
  virtual bool trainable(const std::string&) const { return true; }
  virtual TextWeights text_weights() const { return {}; }
  /// The layers that it is nothing but (nn/network.h); else null.
  virtual const DenseLayers* dense_layers() const { return nullptr; }
};

}  // namespace inkling
