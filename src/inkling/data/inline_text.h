// An example's spans, relations and frames for people.
#pragma once

#include <string>
#include <vector>

#include "inkling/data/example.h"

namespace inkling {

/// The text with its spans marked: "[Ada](person) lives in [[New York](city) State](place)". A span
/// that crosses one before it is left out: structure_lines has it.
std::string inline_spans(const Example& example);

/// A line for each span that inline_spans leaves out, each relation and each frame:
///   also [York State](place)
///   lives_in: Ada (person) -> New York (city)
///   write.01 wrote: ARG0 Ada, ARG1 the code
std::vector<std::string> structure_lines(const Example& example);

}  // namespace inkling
