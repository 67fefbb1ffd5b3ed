// Meta-SGD's gradients by tangents that go along with the inner steps.
#pragma once

#include "inkling/bilevel/inner_loop.h"
#include "inkling/methods/method.h"

namespace inkling::meta_sgd {

/// The rates' gradients in forward mode: each rate has a tangent Z_t = dtheta_t/dalpha, all
/// episodes' together, and dL/dalpha = <grad L(theta_T), Z_T>, exact. The initialisation's gradient
/// is of first order, grad L(theta_T): an exact one would need a tangent each of its numbers.
/// Memory does not grow with the steps; the first layer is carried dense.
/// @param context  with the rates as hyperparameters "learning_rate.NAME" (with_learned_rates)
/// Source: Franceschi et al. 2017, section 3.2; for the initialisation Finn et al. 2017, section
/// 5.2.
Method::MetaGradient forward_gradient(const Network& model, const Params& meta,
                                      const Record& record, const Context& context, Adapt adapt,
                                      const TransformPtr& transform, std::int64_t steps);

}  // namespace inkling::meta_sgd
