// conll2012: the columns of OntoNotes in CoNLL-2012's shared task.
#pragma once

#include <memory>

#include "inkling/formats/format.h"

namespace inkling::conll2012 {

std::unique_ptr<Format> make();

}  // namespace inkling::conll2012
