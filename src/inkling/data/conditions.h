// What is taken of a data set, and under which names, as people write it on a command line.
#pragma once

#include <string>
#include <vector>

#include "inkling/data/dataset.h"

namespace inkling {

/// Leaves the examples for which all conditions hold: NAME=VALUE, or NAME=VALUE|VALUE for one of
/// several values of an attribute, or of metadata where no attribute has the name.
/// @throws Error usage, where none is left; for what is no condition, or names an attribute or a
/// value that no example of the data set has (naming the nearest)
void keep_where(Dataset& dataset, const std::vector<std::string>& conditions);

/// Gives labels another name, OLD=NEW each. A label that the data set does not have is no error:
/// the same names are given to several.
/// @throws Error usage, for what is no OLD=NEW, or one OLD twice
void rename_labels(Dataset& dataset, const std::vector<std::string>& items);

/// Where `name` is A+B, gives the examples an attribute of that name: their values of A and B with
/// a / between them. A data set in which no example has any of these stays as it is.
/// @throws Error data, where an example has one of them and lacks another
void join_attributes(Dataset& dataset, const std::string& name);

}  // namespace inkling
