// Data that a command was named: a file, a folder, or NAME:SPLIT of the catalogue.
#pragma once

#include <string>

#include "inkling/data/dataset.h"
#include "inkling/formats/format.h"

namespace inkling {

/// Reads it with `options`, or with the catalogue's where those are at their defaults.
/// @throws Error data where it holds no example
Dataset read_named(const std::string& name, const FormatOptions& options);

}  // namespace inkling
