// Learning to reweight: supervised training whose examples are weighed by clean ones.
#pragma once

#include <memory>

#include "inkling/methods/method.h"
#include "inkling/methods/reweight/options.h"

namespace inkling::reweight {

/// The weights of the query's examples, by what a step along each would do to the clean loss:
///
///     theta(eps) = theta - alpha sum_i eps_i grad l_i(theta)
///     w_i        = max(-dL_clean(theta(eps)) / deps_i, 0) at eps = 0,  divided by their sum
///
/// The derivative is -alpha <grad L_clean, grad l_i>, so that alpha does not matter. 0 where no
/// example helps; 1 / U where the support is empty.
/// @param record  of which the support is the clean examples
/// @return        [E, U], without a graph
/// Source: Ren et al. 2018, algorithm 1.
Tensor example_weights(const Network& model, const Params& meta, const Record& record,
                       const Context& context);

/// Meta-training is the loss sum_i w_i l_i, the weights as constants; a step's support is clean
/// validation examples (Traits::clean). Adapting is supervised's fine-tuning.
std::unique_ptr<Method> make(const Options& options);

}  // namespace inkling::reweight
