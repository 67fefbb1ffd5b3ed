// How an adapted model of distributional signatures answers.
#pragma once

#include "inkling/methods/heads.h"

namespace inkling::signatures {

/// A linear head over features whose words are weighed by the attention under "head.": the words'
/// importance to the task comes from "head.target" [H, C].
Tensor head(const Network& model, const Adapted& adapted, const Batch& batch,
            const Context& context);

}  // namespace inkling::signatures
