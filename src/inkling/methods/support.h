// What a method asks of a support before it learns from it.
#pragma once

#include <string>
#include <string_view>

#include "inkling/nn/batch.h"

namespace inkling {

/// "maml, supervised": the registered methods whose description says `trait`, as in "zero shot" or
/// "closed form".
std::string methods_with(std::string_view trait);

/// For a method that cannot answer without examples.
/// @throws Error usage naming the methods that can, where there are none
void check_not_empty(std::string_view method, const Batch& support);

/// For a method that knows of a class what its examples say.
/// @throws Error as check_not_empty; usage, where the task has no classes; data naming the class,
/// where one has no example
void check_every_class(std::string_view method, const Record& record);

}  // namespace inkling
