// csv: columns separated by commas, quoted as RFC 4180.
#pragma once

#include <memory>

#include "inkling/formats/format.h"

namespace inkling::csv {

std::unique_ptr<Format> make();

}  // namespace inkling::csv
