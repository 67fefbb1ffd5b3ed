// The head of prototypes with hybrid attention.
#pragma once

#include "inkling/methods/heads.h"

namespace inkling::hybrid_attention {

/// What is known of the support: its features [E, S, H], 1 where example s is of class c [E, S, C],
/// and the weights of the features [E, C, H].
struct Support {
  Tensor features;
  Tensor member;
  Tensor weights;
};

/// -sum_h z_ch (sum_s a_cs x_sh - q_h)^2, a_cs the softmax over the examples s of class c of
/// sum_h tanh((x_s W)_h (q W)_h).
///
/// @param queries  [E, Q, H]
/// @param weight   W [H, H], or [E, H, H]
/// @return         [E, Q, C]
Tensor attended_scores(const Tensor& queries, const Support& support, const Tensor& weight);

/// Over "head.support" [S, H], "head.member" [S, C], "head.weights" [C, H] and "head.instance" [H,
/// H].
Tensor head(const Network& model, const Adapted& adapted, const Batch& batch,
            const Context& context);

}  // namespace inkling::hybrid_attention
