// tsv: columns separated by tabs, not quoted.
#pragma once

#include <memory>

#include "inkling/formats/format.h"

namespace inkling::tsv {

std::unique_ptr<Format> make();

}  // namespace inkling::tsv
