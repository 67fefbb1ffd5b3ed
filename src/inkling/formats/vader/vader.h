// vader: rated sentences, ID<TAB>RATING<TAB>TEXT, in files named DOMAIN_GroundTruth.txt.
#pragma once

#include <memory>

#include "inkling/formats/format.h"

namespace inkling::vader {

std::unique_ptr<Format> make();

}  // namespace inkling::vader
