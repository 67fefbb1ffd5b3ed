// Plain supervised training, with fine-tuning.
#pragma once

#include <memory>

#include "inkling/methods/method.h"
#include "inkling/methods/supervised/options.h"

namespace inkling::supervised {

/// Meta-training is empirical risk: the mean loss of all training examples. Adapting is fine-tuning
/// on the support: from the trained head where the task's classes are those trained on, else from a
/// head of zeros.
std::unique_ptr<Method> make(const Options& options);

}  // namespace inkling::supervised
