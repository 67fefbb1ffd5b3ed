// conll: a token and its tag a line, BIO, IOBES or IO.
#pragma once

#include <memory>

#include "inkling/formats/format.h"

namespace inkling::conll {

std::unique_ptr<Format> make();

}  // namespace inkling::conll
