// Prototypes moved by examples without a label.
#pragma once

#include "inkling/methods/protonet/options.h"
#include "inkling/nn/network.h"

namespace inkling::protonet {

/// What the refinement learns: "refine.log_radius" [], or the network that gives the thresholds of
/// the masks, "refine.hidden_weight" [5, 20], "refine.hidden_bias" [20], "refine.output_weight"
/// [20, 2], "refine.output_bias" [2]. Nothing where the refinement learns nothing.
Params init_refinement(const Options& options, Key key, at::TensorOptions type);

/// What the prototypes are refined from.
struct Labelled {
  Tensor sums;   ///< [E, C, H]: of each class's features
  Tensor sizes;  ///< [E, C, 1]: its number of examples
};

/// The prototypes after options.refine_steps steps, from sums / sizes on. With z_jc the share of
/// the unlabelled x_j that class c has and m_jc a mask, one step is
///
///   p_c <- (sums_c + sum_j z_jc m_jc x_j) / (sizes_c + sum_j z_jc m_jc)
///
/// soft        z = softmax over the classes of `scale` times the scores, m = 1
/// distractor  the same, with one more cluster at the origin whose scores are divided by r^2 and
///             less log r; the others have radius 1
/// masked      z as soft; m_jc = sigmoid(-gamma_c (d_jc - beta_c)), where d_jc is the distance,
///             divided by its mean over j, and a network gives beta_c and gamma_c from the least,
///             greatest, variance, skewness and excess kurtosis of it over j
///
/// @param x      features of the unlabelled examples [E, M, H]; where M is 0 nothing moves
/// @param scale  a number, of the scores
/// @return       [E, C, H]
/// Source: Ren et al. 2018, sections 3.1.1 to 3.1.3.
Tensor refined(const Options& options, const Params& meta, const Labelled& labelled,
               const Tensor& x, const Tensor& scale);

/// -|x - c|^2 or the cosine, as options.distance says. @return [E, U, C]
Tensor nearness(const Options& options, const Tensor& x, const Tensor& points);

}  // namespace inkling::protonet
