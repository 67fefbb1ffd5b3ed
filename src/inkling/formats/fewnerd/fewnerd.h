// fewnerd: a token, a tab and its type a line, as Few-NERD's files.
#pragma once

#include <memory>

#include "inkling/formats/format.h"

namespace inkling::fewnerd {

std::unique_ptr<Format> make();

}  // namespace inkling::fewnerd
