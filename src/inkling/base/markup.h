// Text within SVG and HTML.
#pragma once

#include <string>
#include <string_view>

namespace inkling {

/// The text as one that stands between tags, or in an attribute between double quotes.
std::string markup_escaped(std::string_view text);

}  // namespace inkling
