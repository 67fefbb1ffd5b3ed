// Which options of a tuning go together: the one place that says it.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "inkling/api/hyperparameters.h"
#include "inkling/api/tune_options.h"

namespace inkling {

/// Whether `options` name an estimator of solved problems.
bool solves(const TuneOptions& options);
/// Whether their objective reads validation data.
bool validates(const TuneOptions& options);

/// @param episodic  whether the method trains on episodes
/// @throws Error usage naming the option, where one excludes another, or what is tuned, or a method
/// of episodes
void check_together(const TuneOptions& options, std::span<const TunedHyperparameter> tuned,
                    bool episodic);

/// The options that are not at their defaults and that a tuning as the others ask for does not
/// read.
std::vector<std::string> unread_options(const TuneOptions& options);

}  // namespace inkling
