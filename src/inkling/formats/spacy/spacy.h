// spacy: texts with entities by character, a JSON object a line.
#pragma once

#include <memory>

#include "inkling/formats/format.h"

namespace inkling::spacy {

std::unique_ptr<Format> make();

}  // namespace inkling::spacy
