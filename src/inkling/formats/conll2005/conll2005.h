// conll2005: predicates and their arguments, one column of brackets for each predicate.
#pragma once

#include <memory>

#include "inkling/formats/format.h"

namespace inkling::conll2005 {

std::unique_ptr<Format> make();

}  // namespace inkling::conll2005
