#include "inkling/metrics/role_scores.h"

#include <array>
#include <string>

#include "inkling/base/strings.h"

namespace inkling {
namespace {

constexpr std::array<const char*, 2> kStarts = {"A", "ARG"};
constexpr int kLast = 5;

}  // namespace

bool is_core_role(std::string_view role) {
  return core_role_rule().only.contains(std::string(role));
}

SpanRule role_rule() {
  return {true, {"V", "C-V"}, {}};
}

SpanRule core_role_rule() {
  SpanRule rule = role_rule();
  for (const char* start : kStarts) {
    for (int number = 0; number <= kLast; ++number) rule.only.insert(cat(start, number));
  }
  return rule;
}

}  // namespace inkling
