// Texts with some of their words masked, and others put back from the statistics of a batch.
#pragma once

#include "inkling/base/rng.h"
#include "inkling/nn/batch.h"

namespace inkling::fixmatch {

/// What a masked entry is drawn from.
enum class Fill {
  followers,  ///< the bigrams of the batch: what stands after the same entry in other places; the
              ///< words where there are none
  words       ///< the unigrams of the batch: any of its entries
};

/// Masks each entry with chance `rate` and puts another entry of the batch in its place, whose
/// weight it does not take: a text's weights stay as they are. Drawing an entry of the batch is
/// drawing from its frequencies, which estimate those of the texts that it was drawn from. Each
/// entry is drawn by the words that stood before it at first. What has no words comes back as it
/// is.
///
/// @param rate  in [0, 1]
Batch back_masked(const Batch& batch, double rate, Fill fill, Key key);

}  // namespace inkling::fixmatch
