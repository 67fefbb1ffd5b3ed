// Consistency training: FixMatch over words.
#pragma once

#include <memory>

#include "inkling/methods/fixmatch/options.h"
#include "inkling/methods/method.h"

namespace inkling::fixmatch {

/// Meta-training is, over labelled examples (x, y) and texts without a label u (units of the
/// support whose class is -1, Traits::unlabelled_ratio),
///
///     mean L(z(weak x), y) + lambda mean [max q >= tau] CE(z(strong u), argmax q)
///     q = softmax(z(weak u) / T)
///
/// without a gradient through q. weak leaves few words out, strong more of them, after masking some
/// and putting others back (back_masking.h); both while training alone. T is the temperature at
/// which the model's answers to the labelled examples of the support, which it does not train on
/// (Traits::clean), are the likeliest; 1 where there are none. Answers that q is taken from are
/// given without the encoder's dropout. Adapting is supervised's fine-tuning.
std::unique_ptr<Method> make(const Options& options);

}  // namespace inkling::fixmatch
