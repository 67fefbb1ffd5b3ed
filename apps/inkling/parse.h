// From the words of a command line to what a command is asked for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "command.h"

namespace inkling::cli {

/// @param words  those after the command's name
/// @return       nothing, when the help was asked for and printed
/// @throws Error usage for an unknown option, naming the nearest, and for a bad value
std::optional<Invocation> parse(const Command& command, const std::vector<std::string>& words,
                                Output& out);

}  // namespace inkling::cli
