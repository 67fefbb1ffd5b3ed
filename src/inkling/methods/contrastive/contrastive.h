// Contrastive pretraining of sentence encoders by dropout.
#pragma once

#include <memory>

#include "inkling/methods/contrastive/options.h"
#include "inkling/methods/method.h"

namespace inkling::contrastive {

/// Meta-training is InfoNCE (info_nce.h) between two passes over the query with independent noise;
/// labels are not looked at, and a batch is one record (Traits::self_supervised). Adapting is that
/// of protonet by cosine: p(k | x) = softmax_k(cos(f(x), c_k) / temperature), c_k the mean of class
/// k's support.
/// Source: Gao et al. 2021, section 3.
std::unique_ptr<Method> make(const Options& options);

}  // namespace inkling::contrastive
