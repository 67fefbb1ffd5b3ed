// fasttext: lines of __label__NAME TEXT.
#pragma once

#include <memory>

#include "inkling/formats/format.h"

namespace inkling::fasttext {

std::unique_ptr<Format> make();

}  // namespace inkling::fasttext
