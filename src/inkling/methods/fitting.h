// Methods that adapt by gradient steps share this: an inner loop from the meta parameters, read out
// in three ways.
#pragma once

#include <vector>

#include "inkling/bilevel/inner_loop.h"
#include "inkling/methods/method.h"

namespace inkling {

/// The inner loop of `record`'s support after `steps` updates; none where the support is empty.
InnerLoop fitted(const Network& model, const Params& meta, const Record& record,
                 const Context& context, const InnerOptions& options, std::int64_t steps);

/// Query scores after 0 .. steps updates, without an outer gradient.
std::vector<Tensor> fitting_curve(const Network& model, const Params& meta, const Record& record,
                                  const Context& context, InnerOptions options, std::int64_t steps);

/// Query scores after `steps` updates, without an outer gradient.
Tensor fitting_answer(const Network& model, const Params& meta, const Record& record,
                      const Context& context, InnerOptions options, std::int64_t steps);

/// The adapted parameters of the one episode that `record` holds.
/// @throws Error numeric, when they are not finite
Adapted fit(const Network& model, const Params& meta, const Record& record, const Context& context,
            InnerOptions options, std::int64_t steps);

}  // namespace inkling
