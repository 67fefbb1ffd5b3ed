// Distributional signatures: attention to words by how they are distributed.
#pragma once

#include <memory>

#include "inkling/methods/method.h"
#include "inkling/methods/signatures/options.h"

namespace inkling::signatures {

/// A text is the mean of its word vectors weighted by attention (attention.h), and ridge regression
/// on the support's is the classifier. Learns the attention, the classifier's lambda, scale and
/// bias, and the word vectors where the encoder says so, by the exact gradient through the
/// solutions. Source: Bao et al. 2020.
std::unique_ptr<Method> make(const Options& options);

}  // namespace inkling::signatures
