// clinc: a JSON object of splits, each a list of [text, intent].
#pragma once

#include <memory>

#include "inkling/formats/format.h"

namespace inkling::clinc {

std::unique_ptr<Format> make();

}  // namespace inkling::clinc
