#include "inkling/formats/column_names.h"

#include <algorithm>
#include <array>
#include <utility>

#include "inkling/base/strings.h"

namespace inkling {
namespace {

bool equal_names(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [&](char x, char y) { return lower(x) == lower(y); });
}

std::optional<std::size_t> find(const std::vector<std::string>& names, std::string_view name) {
  auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    found = std::find_if(names.begin(), names.end(),
                         [&](const std::string& n) { return equal_names(n, name); });
  }
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

}  // namespace

std::optional<std::size_t> default_text(const std::vector<std::string>& names, const Where& where) {
  if (const auto text = find(names, "text")) return text;
  const auto sentence = find(names, "sentence");
  const auto raw = find(names, "raw");
  if (sentence && raw) {
    throw Error(ErrorKind::usage, "both 'sentence' and 'raw' could be the text", where,
                "choose with --text-column");
  }
  return sentence ? sentence : raw;
}

std::optional<std::size_t> default_label(const std::vector<std::string>& names) {
  const auto label = find(names, "label");
  return label ? label : find(names, "category");
}

bool is_default_name(std::string_view name) {
  constexpr std::array<std::string_view, 5> kNames = {"text", "sentence", "raw", "label",
                                                      "category"};
  return std::any_of(kNames.begin(), kNames.end(),
                     [&](std::string_view known) { return equal_names(name, known); });
}

Error unknown_column(const std::string& name, const std::vector<std::string>& names,
                     const std::string& option, Where where) {
  where.field = name;
  return Error(ErrorKind::usage, cat("there is no column '", name, "' (--", option, ")"),
               std::move(where), known_names_hint(name, names));
}

Error no_text_column(const std::vector<std::string>& names, Where where) {
  where.field = "text";
  std::string hint = "name it with --text-column";
  if (!names.empty()) hint += cat(": ", join(names, ", "));
  return Error(ErrorKind::usage, "no column is named as the text", std::move(where), hint);
}

}  // namespace inkling
