#include "inkling/formats/json.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "inkling/base/strings.h"

namespace inkling {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

const char* type_name(element value) {
  switch (value.type()) {
    case element_type::ARRAY:
      return "a list";
    case element_type::OBJECT:
      return "an object";
    case element_type::INT64:
    case element_type::UINT64:
    case element_type::DOUBLE:
      return "a number";
    case element_type::STRING:
      return "a text";
    case element_type::BOOL:
      return "true or false";
    case element_type::NULL_VALUE:
      return "null";
  }
  return "a value";
}

Error wrong_type(element value, const std::string& wanted, const Where& where) {
  return Error(ErrorKind::data, cat("is ", type_name(value), ", not ", wanted), where);
}

std::string without_nul(std::string_view text, const Where& where) {
  if (text.find('\0') != std::string_view::npos)
    throw Error(ErrorKind::data, "the text holds a NUL character", where, "correct the text");
  return std::string(text);
}

/// Where `json` stops being JSON: the number of bytes that are well.
std::size_t fault_of(std::string_view json) {
  try {
    const auto ignored = nlohmann::json::parse(json.begin(), json.end());
    return json.size();
  } catch (const nlohmann::json::parse_error& error) {
    return std::min(error.byte > 0 ? error.byte - 1 : 0, json.size());
  } catch (const nlohmann::json::exception&) {
    return 0;
  }
}

}  // namespace

JsonParser::JsonParser() : parser_(std::make_unique<simdjson::dom::parser>()) {}
JsonParser::JsonParser(JsonParser&&) noexcept = default;
JsonParser& JsonParser::operator=(JsonParser&&) noexcept = default;
JsonParser::~JsonParser() = default;

element JsonParser::parse(std::string_view json, const Where& where, const std::string& hint) {
  element document;
  const auto error = parser_->parse(json.data(), json.size()).get(document);
  if (!error) return document;
  if (error == simdjson::CAPACITY || error == simdjson::MEMALLOC)
    throw Error(ErrorKind::data, "is too large for one JSON document", where, hint);
  const std::string_view before = json.substr(0, fault_of(json));
  const std::size_t line_break = before.rfind('\n');
  const std::size_t column =
      before.size() - (line_break == std::string_view::npos ? 0 : line_break + 1) + 1;
  Where place = where;
  if (place.line > 0) place.line += std::count(before.begin(), before.end(), '\n');
  throw Error(ErrorKind::data, cat("is not JSON at byte ", column, " of the line"), place, hint);
}

std::vector<JsonMember> members_of(element value, const Where& where) {
  simdjson::dom::object object;
  if (value.get(object)) throw wrong_type(value, "an object", where);
  std::vector<JsonMember> members;
  for (const auto& [key, member] : object) {
    for (const JsonMember& other : members) {
      if (other.key == key) {
        Where place = where;
        place.field = std::string(key);
        throw Error(ErrorKind::data, "the key is there twice", place, "remove one of the two");
      }
    }
    members.push_back({without_nul(key, where), member});
  }
  return members;
}

std::vector<element> members_named(element value, const std::vector<std::string>& names,
                                   const Where& where) {
  std::vector<std::optional<element>> found(names.size());
  for (const JsonMember& member : members_of(value, where)) {
    const auto name = std::find(names.begin(), names.end(), member.key);
    if (name == names.end()) {
      throw Error(ErrorKind::data, cat("unknown key '", member.key, "' in it"), where,
                  known_names_hint(member.key, names));
    }
    found[static_cast<std::size_t>(name - names.begin())] = member.value;
  }
  std::vector<element> values;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!found[i])
      throw Error(ErrorKind::data, cat("the key '", names[i], "' is missing in it"), where);
    values.push_back(*found[i]);
  }
  return values;
}

simdjson::dom::array array_of(element value, const Where& where) {
  simdjson::dom::array array;
  if (value.get(array)) throw wrong_type(value, "a list", where);
  return array;
}

std::string text_of(element value, const Where& where) {
  std::string_view text;
  if (value.get(text)) throw wrong_type(value, "a text", where);
  return without_nul(text, where);
}

std::string any_text_of(element value, const Where& where) {
  return value.is_string() ? text_of(value, where) : simdjson::minify(value);
}

std::string label_of(element value, const Where& where) {
  switch (value.type()) {
    case element_type::STRING:
    case element_type::INT64:
    case element_type::UINT64:
    case element_type::BOOL:
      return any_text_of(value, where);
    default:
      throw wrong_type(value, "a label (a text or a whole number)", where);
  }
}

std::int64_t integer_of(element value, const Where& where) {
  std::int64_t number = 0;
  if (value.get(number)) throw wrong_type(value, "a whole number", where);
  return number;
}

double number_of(element value, const Where& where) {
  double number = 0;
  if (value.get(number)) throw wrong_type(value, "a number", where);
  return number;
}

std::string json_string(std::string_view text) {
  return nlohmann::json(text).dump();
}

std::vector<std::int64_t> lines_at_depth(std::string_view json, int depth) {
  std::vector<std::int64_t> lines;
  std::int64_t line = 1;
  int inside = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_text) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        in_text = false;
      continue;
    }
    if (c == '\n') {
      ++line;
    } else if (c == '"') {
      in_text = true;
    } else if (c == '[' || c == '{') {
      if (inside++ == depth) lines.push_back(line);
    } else if (c == ']' || c == '}') {
      --inside;
    }
  }
  return lines;
}

}  // namespace inkling
