// SHA-256 sums, as 64 lower-case hexadecimal digits.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace inkling {

std::string sha256_of(std::string_view bytes);

/// The sum of a file, by memory map.
/// @throws Error io; Interrupted
std::string sha256_of_file(const std::filesystem::path& path);

}  // namespace inkling
