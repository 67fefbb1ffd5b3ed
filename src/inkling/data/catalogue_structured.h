// The entries of the catalogue with relations, entities or semantic roles.
#pragma once

#include <vector>

#include "inkling/data/catalogue.h"

namespace inkling {

/// They are not fetched: used from $INKLING_DATA alone.
std::vector<CatalogueEntry> structured_entries();

}  // namespace inkling
