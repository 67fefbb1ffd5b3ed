// jsonl: one JSON object a line; the one format that holds all of an example.
#pragma once

#include <memory>

#include "inkling/formats/format.h"

namespace inkling::jsonl {

std::unique_ptr<Format> make();

}  // namespace inkling::jsonl
