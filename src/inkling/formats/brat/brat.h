// brat: a folder of texts with their standoff annotations.
#pragma once

#include <memory>

#include "inkling/formats/format.h"

namespace inkling::brat {

std::unique_ptr<Format> make();

}  // namespace inkling::brat
