// brat's standoff annotations: what an .ann file says of the text of a .txt file.
#pragma once

#include <string>
#include <string_view>

#include "inkling/formats/holding.h"

namespace inkling::brat {

/// What metadata an example carries.
constexpr const char* kDocument = "document";   ///< the files' name without its ending
constexpr const char* kOthers = "annotations";  ///< lines that are neither T nor R
constexpr const char* kSpanIds = "span_ids";    ///< "T2 T1": the ids of the spans, for kOthers
constexpr const char* kRelationIds = "relation_ids";  ///< those of the relations

/// The text with the spans (T) and relations (R) of its annotations. Tokens are words, cut where a
/// span begins and ends. Other lines are kept as metadata, with the ids that they may name.
/// @param ann   its path is for messages
/// @throws Error data with line and field, for a discontinuous span too
Example read_standoff(std::string text, const Source& ann, const FormatOptions& options);

/// The .ann file of an example: read_standoff(text, write_standoff(x)) == x, but for the document.
/// @throws cannot_hold
std::string write_standoff(const Held& held, const FormatOptions& options);

}  // namespace inkling::brat
