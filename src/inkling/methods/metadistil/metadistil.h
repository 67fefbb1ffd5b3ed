// MetaDistil and Meta Pseudo Labels: a teacher that learns from its student.
#pragma once

#include <memory>

#include "inkling/methods/metadistil/options.h"
#include "inkling/methods/method.h"

namespace inkling::metadistil {

/// Meta-training is the student's loss on the targets of a teacher that moves. With q the targets'
/// probabilities (Targets::shares; undecided where there are none) the teacher's scores are
///
///     v(x) = log q(x) + sum over the entries of x of weight * A[entry] + b        A, b zero at
///     first
///
/// so that without feedback the student learns what supervised training on the targets does. Each
/// step's support is validation examples (Traits::clean), the quiz: the teacher moves so that a
/// pilot step of the student would lower its loss there (pilot.h), soft through v, or sampled by
/// labels drawn from it. The student's own step is on v as it is before that. Adapting is
/// supervised's fine-tuning.
std::unique_ptr<Method> make(const Options& options);

}  // namespace inkling::metadistil
