// A head or a tail as FewRel has it: ["name", "id", [[15, 16, 17], [3]]].
#pragma once

#include <map>
#include <string>
#include <vector>

#include "inkling/data/example.h"
#include "inkling/formats/holding.h"
#include "inkling/formats/json.h"

namespace inkling::fewrel {

/// Reads it: the first mention is the span. What else it says goes to `metadata`: "<which>" where
/// the name is not the mention's words, "<which>_id" where there is one, "<which>_mentions" where
/// there are more, as JSON.
/// @param tokens  of the sentence, its words between single spaces
/// @throws Error data, for a mention outside of the sentence or whose tokens do not follow one
/// another
Span read_mention(simdjson::dom::element value, const std::vector<std::string>& tokens,
                  const std::string& which, const Where& where,
                  std::map<std::string, std::string>& metadata);

/// The JSON of it.
/// @throws cannot_hold, for what read_mention would not give back
std::string write_mention(const Held& held, const Span& span,
                          const std::vector<std::string>& tokens, const std::string& which);

}  // namespace inkling::fewrel
