// Small text helpers that the standard library lacks.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace inkling {

/// The arguments written one after the other.
template <class... Args>
std::string cat(const Args&... args) {
  std::ostringstream out;
  (out << ... << args);
  return std::move(out).str();
}

/// `value` with `digits` digits after the point.
std::string fixed(double value, int digits);

/// The shortest text that reads back as the same double.
std::string shortest(double value);

/// Lets a map of std::string be asked for a std::string_view (with std::equal_to<>).
struct StringHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};

std::vector<std::string_view> split(std::string_view text, char separator);
std::string_view trim(std::string_view text);
std::string join(std::span<const std::string> parts, std::string_view separator);

/// Puts names in an order that depends on the set of them alone: as numbers where all are integers,
/// else as bytes.
void order_names(std::vector<std::string>& names);

/// The candidate with the fewest edits from `name`, or "" where none is near enough to be meant.
std::string nearest(std::string_view name, std::span<const std::string> candidates);

/// A hint for an unknown name: "did you mean X?", or the known ones listed.
std::string known_names_hint(std::string_view name, std::span<const std::string> candidates);

}  // namespace inkling
