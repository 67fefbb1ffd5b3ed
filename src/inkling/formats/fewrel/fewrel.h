// FewRel: a JSON object of relations, each a list of sentences with a head and a tail.
#pragma once

#include <memory>

#include "inkling/formats/format.h"

namespace inkling::fewrel {

std::unique_ptr<Format> make();

}  // namespace inkling::fewrel
