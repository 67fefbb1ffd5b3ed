// conll04: sentences with entities and relations between them, as JSON.
#pragma once

#include <memory>

#include "inkling/formats/format.h"

namespace inkling::conll04 {

std::unique_ptr<Format> make();

}  // namespace inkling::conll04
