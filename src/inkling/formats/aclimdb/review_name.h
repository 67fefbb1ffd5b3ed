// The names of the review files: ID_STARS.txt.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace inkling::aclimdb {

struct ReviewName {
  std::string id;
  std::string stars;
};

/// Nothing for another name. write_name(*parse_name(x)) == x.
std::optional<ReviewName> parse_name(std::string_view name);
std::string write_name(const ReviewName& name);

/// Orders ids as numbers of any length, and equal numbers as bytes.
bool number_less(std::string_view a, std::string_view b);

}  // namespace inkling::aclimdb
