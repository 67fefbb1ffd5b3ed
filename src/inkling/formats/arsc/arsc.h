// arsc: Amazon reviews, TEXT<TAB>+-1, in files named DOMAIN.THRESHOLD.SPLIT.
#pragma once

#include <memory>

#include "inkling/formats/format.h"

namespace inkling::arsc {

std::unique_ptr<Format> make();

}  // namespace inkling::arsc
