// gzip in memory.
#pragma once

#include <string>
#include <string_view>

namespace inkling {

bool is_gzip(std::string_view bytes);

/// What `bytes` unpack to, members of a joined file one after the other.
/// @throws Error data, when they are damaged or cut off, or unpack to far more than text does (a
/// bomb)
std::string gunzip(std::string_view bytes, const std::string& file);

/// The same input gives the same bytes: no time and no name are stored.
std::string gzip(std::string_view bytes);

}  // namespace inkling
