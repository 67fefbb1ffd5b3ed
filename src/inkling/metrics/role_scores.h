// How semantic roles count.
#pragma once

#include <string_view>

#include "inkling/metrics/span_scores.h"

namespace inkling {

/// A0 to A5, or ARG0 to ARG5: what the meaning of the predicate itself asks for.
bool is_core_role(std::string_view role);

/// As srl-eval of CoNLL-2005 counts arguments: one that goes on (C-X) is right as a whole alone, a
/// reference (R-X) is a role of its own, the predicate (V, C-V) is none.
/// Source: Carreras, Marquez 2005, section 4.
SpanRule role_rule();

/// The same of core roles alone.
SpanRule core_role_rule();

}  // namespace inkling
