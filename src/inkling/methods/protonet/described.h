// Prototypes from what classes are said to be.
#pragma once

#include "inkling/nn/network.h"

namespace inkling::protonet {

/// "describe.map" [H, D] and "describe.bias" [D], from features to the space of word vectors;
/// "describe.attention" [D], of a word; "describe.log_scale" [] and "describe.share" [].
/// @param encoder  its parameters, of which the table [R, D] is one
/// @throws Error usage, where the encoder has no word vectors
Params init_described(const Network& model, const Params& encoder, Key key);

/// The last C units of the support describe the classes in order; the others are examples, of which
/// there may be none. With z(x) = f(x) M + b, the description d_c a mean of word vectors e, each
/// weighed by sigmoid(a . e), and - for "less the mean over the classes, at length one":
///
///   p_c    = d_c-                                        without examples
///   p_c    = (1 - w) d_c- + w (mean of z over class c)-   with some
///   scores = scale cos(z(x), p_c)
///
/// Word vectors are the same for new classes, so that a map into their space meets descriptions
/// that training has not seen.
/// @param queries  features [E, Q, H]
/// @return         [E, Q, C]
/// Source: Frome et al. 2013 (the map into the space of words); Snell et al. 2017, section 2.7.
Tensor described_scores(const Network& model, const Params& meta, const Record& record,
                        const Tensor& queries, const Context& context);

}  // namespace inkling::protonet
