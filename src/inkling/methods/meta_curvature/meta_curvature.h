// Meta-Curvature: MAML with learned matrices that turn the gradients.
#pragma once

#include <memory>

#include "inkling/methods/meta_curvature/options.h"
#include "inkling/methods/method.h"

namespace inkling::meta_curvature {

/// theta_t+1 = theta_t - rate * M(grad L(theta_t, support)), M a product with one matrix a side of
/// each weight (meta_curvature/curved.h); learns theta and the matrices, which begin as identities,
/// by the gradient of L(theta_T, query). A table has no matrix of its rows.
/// Source: Park & Oliva 2019.
std::unique_ptr<Method> make(const Options& options);

}  // namespace inkling::meta_curvature
