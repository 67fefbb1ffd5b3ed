#include "inkling/formats/aclimdb/review_name.h"

#include <algorithm>

#include "inkling/base/strings.h"

namespace inkling::aclimdb {
namespace {

constexpr std::string_view kEnding = ".txt";
constexpr std::size_t kMostDigits = 32;

bool is_number(std::string_view text) {
  return !text.empty() && text.size() <= kMostDigits &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string_view without_zeros(std::string_view number) {
  return number.substr(std::min(number.find_first_not_of('0'), number.size()));
}

}  // namespace

std::optional<ReviewName> parse_name(std::string_view name) {
  if (!name.ends_with(kEnding)) return std::nullopt;
  name.remove_suffix(kEnding.size());
  const std::size_t at = name.find('_');
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view id = name.substr(0, at);
  const std::string_view stars = name.substr(at + 1);
  if (!is_number(id) || !is_number(stars)) return std::nullopt;
  return ReviewName{std::string(id), std::string(stars)};
}

std::string write_name(const ReviewName& name) {
  return cat(name.id, "_", name.stars, kEnding);
}

bool number_less(std::string_view a, std::string_view b) {
  const std::string_view x = without_zeros(a);
  const std::string_view y = without_zeros(b);
  if (x.size() != y.size()) return x.size() < y.size();
  return x != y ? x < y : a < b;
}

}  // namespace inkling::aclimdb
