// Layers as pure functions with an episode axis: a parameter is shared, or has the axis E before
// its own.
#pragma once

#include "inkling/tensor/tensor.h"

namespace inkling {

/// x W + b.
///
/// @param x       [E, U, H]
/// @param weight  [H, C] shared, or [E, H, C]
/// @param bias    [C] or [E, C]; may be undefined
/// @return        [E, U, C]
Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& bias = {});

/// Rows of a table by number.
///
/// @param table  [R, D] shared, or [E, R, D]
/// @param ids    int64 [E, ...]
/// @return       [E, ..., D]
Tensor lookup(const Tensor& table, const Tensor& ids);

/// Windows of `width` neighbouring positions side by side, zeros beyond the ends.
///
/// @param x  [E, U, L, D]
/// @return   [E, U, L, width * D]; position i holds i - (width - 1) / 2 first
Tensor windows(const Tensor& x, std::int64_t width);

/// `tensor` [..., D], whose first `columns` pass no gradient on.
Tensor fixed_in_front(const Tensor& tensor, std::int64_t columns);

/// Mean cross-entropy over the units of an episode: -log softmax(scores)[class].
///
/// @param scores   [E, U, C]
/// @param classes  int64 [E, U]
/// @return         [E]
Tensor cross_entropy(const Tensor& scores, const Tensor& classes);

/// The same of each unit. @return [E, U]
Tensor unit_cross_entropy(const Tensor& scores, const Tensor& classes);

/// A teacher's probabilities at another temperature: softmax(log(shares) / T), which is the softmax
/// of its scores / T.
///
/// @param shares       [E, U, C], at temperature 1
/// @param temperature  a number > 0
/// @return             [E, U, C]
Tensor softened(const Tensor& shares, const Tensor& temperature);

/// T^2 KL(p || softmax(scores / T)) of each unit, p = softened(shares, T); its gradient with
/// respect to the scores is T (softmax(scores / T) - p).
///
/// @param scores, shares  [E, U, C]
/// @return                [E, U]
/// Source: Hinton, Vinyals, Dean 2015, section 2.
Tensor distillation_loss(const Tensor& scores, const Tensor& shares, const Tensor& temperature);

/// Mean over units and outputs of (scores - values)^2. @return [E]
Tensor squared_error(const Tensor& scores, const Tensor& values);

}  // namespace inkling
