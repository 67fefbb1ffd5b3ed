// semeval2010: sentences with two marked nominals and their relation.
#pragma once

#include <memory>

#include "inkling/formats/format.h"

namespace inkling::semeval2010 {

std::unique_ptr<Format> make();

}  // namespace inkling::semeval2010
