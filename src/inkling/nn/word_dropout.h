// Texts with some of their words left out: other views of what they say.
#pragma once

#include "inkling/base/rng.h"
#include "inkling/nn/batch.h"

namespace inkling {

/// Leaves each entry of a text out with chance `rate`; of a text that would lose them all, one
/// stays, and so do the words of a head and a tail (Batch::dense), which move with the others. The
/// weights of those that stay grow by one factor until their sum is the text's again.
/// A pure function of its arguments. What has no words comes back as it is.
///
/// @param rate  in [0, 1)
/// Source: Iyyer et al. 2015, section 4.1.
Batch word_dropout(const Batch& batch, double rate, Key key);

}  // namespace inkling
