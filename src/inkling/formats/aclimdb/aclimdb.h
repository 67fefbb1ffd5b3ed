// aclimdb: a folder of reviews, {pos,neg}/ID_STARS.txt.
#pragma once

#include <memory>

#include "inkling/formats/format.h"

namespace inkling::aclimdb {

std::unique_ptr<Format> make();

}  // namespace inkling::aclimdb
