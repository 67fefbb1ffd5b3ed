#include "inkling/config/fields.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"

namespace inkling {
namespace {

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

std::string shown(std::string_view text) {
  constexpr std::size_t kShown = 60;
  if (text.size() <= kShown) return cat("'", text, "'");
  return cat("'", text.substr(0, kShown), "...'");
}

[[noreturn]] void refuse(const Field& field, std::string_view text) {
  std::string hint;
  if (!field.constraint.choices.empty()) {
    const std::string near = nearest(text, field.constraint.choices);
    if (!near.empty()) hint = cat("did you mean '", near, "'?");
  }
  throw Error(ErrorKind::usage, cat(shown(text), " is not ", expected(field)),
              {.file = {}, .line = 0, .field = field.name}, hint);
}

bool within(const Constraint& constraint, double value) {
  if (!(value <= constraint.high)) return false;
  return constraint.low_open ? value > constraint.low : value >= constraint.low;
}

template <class Number>
Number number_of(const Field& field, std::string_view text) {
  Number value{};
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size()) refuse(field, text);
  if (!std::isfinite(static_cast<double>(value))) refuse(field, text);
  if (!within(field.constraint, static_cast<double>(value))) refuse(field, text);
  return value;
}

bool truth_of(const Field& field, std::string_view text) {
  if (text == "true" || text == "yes" || text == "1") return true;
  if (text == "false" || text == "no" || text == "0") return false;
  refuse(field, text);
}

void check_choice(const Field& field, const std::string& word) {
  const auto& choices = field.constraint.choices;
  if (!choices.empty() && std::find(choices.begin(), choices.end(), word) == choices.end()) {
    refuse(field, word);
  }
}

bool is_space(char c) {
  return c == ' ' || c == '\t';
}

}  // namespace

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> items;
  if (trim(text).empty()) return items;
  std::string item;
  std::size_t kept = 0;  // escaped spaces at the end stay
  for (std::size_t i = 0;; ++i) {
    if (i == text.size() || text[i] == ',') {
      while (item.size() > kept && is_space(item.back())) item.pop_back();
      items.push_back(item);
      item.clear();
      kept = 0;
      if (i == text.size()) return items;
    } else if (text[i] == '\\' && i + 1 < text.size()) {
      item += text[++i];
      kept = item.size();
    } else if (!item.empty() || !is_space(text[i])) {
      item += text[i];
    }
  }
}

std::string join_list(std::span<const std::string> items) {
  std::string text;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) text += ',';
    const std::string& item = items[i];
    for (std::size_t c = 0; c < item.size(); ++c) {
      const bool outer = c == 0 || c + 1 == item.size();
      if (item[c] == ',' || item[c] == '\\' || (outer && is_space(item[c]))) text += '\\';
      text += item[c];
    }
  }
  return text;
}

void set_field(const Field& field, std::string_view text) {
  std::visit(Overloaded{
                 [&](bool* value) { *value = truth_of(field, text); },
                 [&](std::int64_t* value) { *value = number_of<std::int64_t>(field, text); },
                 [&](double* value) { *value = number_of<double>(field, text); },
                 [&](std::string* value) {
                   check_choice(field, std::string(text));
                   *value = text;
                 },
                 [&](std::vector<std::string>* value) {
                   std::vector<std::string> items = split_list(text);
                   for (const std::string& item : items) {
                     if (item.empty()) {
                       throw Error(ErrorKind::usage, cat("an empty item in ", shown(text)),
                                   {.file = {}, .line = 0, .field = field.name},
                                   "items are separated by single commas");
                     }
                     check_choice(field, item);
                   }
                   *value = std::move(items);
                 },
             },
             field.value);
}

std::string field_text(const Field& field) {
  return std::visit(Overloaded{
                        [](const bool* value) -> std::string { return *value ? "true" : "false"; },
                        [](const std::int64_t* value) { return std::to_string(*value); },
                        [](const double* value) { return shortest(*value); },
                        [](const std::string* value) { return *value; },
                        [](const std::vector<std::string>* value) { return join_list(*value); },
                    },
                    field.value);
}

std::string expected(const Field& field) {
  const Constraint& constraint = field.constraint;
  if (std::holds_alternative<bool*>(field.value)) return "true or false";
  if (!constraint.choices.empty()) {
    const std::string words = cat("one of ", join(constraint.choices, ", "));
    return std::holds_alternative<std::string*>(field.value)
               ? words
               : cat("a comma-separated list, each ", words);
  }
  if (std::holds_alternative<std::string*>(field.value)) return "text";
  if (std::holds_alternative<std::vector<std::string>*>(field.value)) {
    return "a comma-separated list";
  }
  const std::string number =
      std::holds_alternative<std::int64_t*>(field.value) ? "a whole number" : "a number";
  const bool bounded_below = std::isfinite(constraint.low);
  const bool bounded_above = std::isfinite(constraint.high);
  if (bounded_below && bounded_above && !constraint.low_open) {
    return cat(number, " from ", shortest(constraint.low), " to ", shortest(constraint.high));
  }
  std::string text = number;
  if (bounded_below) text += cat(constraint.low_open ? " > " : " >= ", shortest(constraint.low));
  if (bounded_above) {
    text += cat(bounded_below ? " and <= " : " <= ", shortest(constraint.high));
  }
  return text;
}

std::map<std::string, std::string> field_map(const std::vector<Field>& fields) {
  std::map<std::string, std::string> values;
  for (const Field& field : fields) values[field.name] = field_text(field);
  return values;
}

void set_fields(const std::vector<Field>& fields,
                const std::map<std::string, std::string>& values) {
  for (const auto& [name, text] : values) {
    const auto found = std::find_if(fields.begin(), fields.end(),
                                    [&](const Field& field) { return field.name == name; });
    if (found == fields.end()) {
      std::vector<std::string> names;
      for (const Field& field : fields) names.push_back(field.name);
      throw Error(ErrorKind::usage, "is not an option", {.file = {}, .line = 0, .field = name},
                  names.empty() ? "there are no options here" : known_names_hint(name, names));
    }
    set_field(*found, text);
  }
}

}  // namespace inkling
