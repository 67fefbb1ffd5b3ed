// What a method asks of a support before it learns from it.
//
// A unit of the support whose class (Record::support_targets) is -1 is an unlabelled example: it
// counts as none of any class. Only a method of trait `unlabelled` ever sees one.
#pragma once

#include <string>
#include <string_view>

#include "inkling/nn/batch.h"

namespace inkling {

/// For a method that cannot answer without examples.
/// @throws Error usage naming the methods that can, where there are none
void check_not_empty(std::string_view method, const Batch& support);

/// What a message says instead: a method and option that take unlabelled examples.
std::string with_unlabelled();

/// For a method that knows of a class what its examples say.
/// @throws Error as check_not_empty; usage, where the task has no classes; data naming the class,
/// where one has no example
void check_every_class(std::string_view method, const Record& record);

}  // namespace inkling
