// The head of CAVIA: the model's own, on features that a task's context modulates.
#pragma once

#include "inkling/methods/heads.h"

namespace inkling::cavia {

/// f o (1 + phi G) + phi B.
///
/// @param params    phi "head.context" [P] or [E, P]; G "head.gain" and B "head.shift" [P, H]
/// @param features  f [E, U, H]
/// @return          [E, U, H]
Tensor modulated(const Params& params, const Tensor& features);

/// The scores of the modulated features.
Tensor head(const Network& model, const Adapted& adapted, const Batch& batch,
            const Context& context);

}  // namespace inkling::cavia
