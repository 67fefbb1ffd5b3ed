// tacred: sentences with a subject, an object and their relation, as JSON.
#pragma once

#include <memory>

#include "inkling/formats/format.h"

namespace inkling::tacred {

std::unique_ptr<Format> make();

}  // namespace inkling::tacred
