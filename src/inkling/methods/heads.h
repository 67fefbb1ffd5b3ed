// Heads by name: how what adapting left answers, without the code that made it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "inkling/base/error.h"
#include "inkling/nn/network.h"
#include "inkling/tensor/params.h"

namespace inkling {

/// What adapting leaves: enough to answer without the method's code.
struct Adapted {
  Params params;     ///< the model's and, under "head.", the head's own; without the episode axis
  std::string head;  ///< the name of one of heads()
  double scale = 1;  ///< what the head makes of it, often a factor of its scores
};

/// A pure function from what adapting left to the scores of units, logits or log probabilities:
/// [E, U, C], where the E episodes of `batch` all use `adapted`. It sees the units themselves, not
/// their features alone.
using HeadScores = Tensor (*)(const Network& model, const Adapted& adapted, const Batch& batch,
                              const Context& context);

struct Head {
  std::string_view name;
  HeadScores scores;
};

/// Those that several methods share, and one of each folder methods/<name>/ that has a head.h,
/// under the folder's name:
///
///   linear     the model's own, params "head.weight", "head.bias"
///   euclidean  -scale |x - c|^2, c the rows of "head.prototypes" [C, H]
///   cosine     scale cos(x, c)
const std::vector<Head>& heads();

/// @param where  what names it, for the message
/// @throws Error data naming the known ones
const Head& head_named(std::string_view name, const Where& where = {"", 0, "head"});

/// Scores of the units of `batch`, whose episodes all use `adapted`, without a gradient.
/// @return [E, U, C]
Tensor adapted_scores(const Network& model, const Adapted& adapted, const Batch& batch);

/// The head's own parameter for every episode of `batch`. @return [E, ...]
Tensor of_every_episode(const Adapted& adapted, std::string_view name, const Batch& batch);

/// Of the methods' folders (generated).
const std::vector<Head>& method_heads();

}  // namespace inkling
