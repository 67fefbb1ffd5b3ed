// Which column or key is the text and which the label, where nobody said.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inkling/base/error.h"

namespace inkling {

/// "text", else "sentence" or "raw". Columns that something else was asked for are "" in `names`.
/// @return  its index in `names`; nothing where none is there
/// @throws  Error usage, where both others are there
std::optional<std::size_t> default_text(const std::vector<std::string>& names, const Where& where);

/// "label", else "category".
std::optional<std::size_t> default_label(const std::vector<std::string>& names);

/// True for a name that the two above look for. They prefer equal case, but do not need it.
bool is_default_name(std::string_view name);

/// The error of a column that was asked for with `option` and is not among `names`.
Error unknown_column(const std::string& name, const std::vector<std::string>& names,
                     const std::string& option, Where where);

/// The error of data in which no column is named as a text.
Error no_text_column(const std::vector<std::string>& names, Where where);

}  // namespace inkling
