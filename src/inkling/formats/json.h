// JSON values with the place they stand in, and texts as JSON.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "inkling/base/error.h"

namespace inkling {

/// Parses one document after the other; the values of one are valid until the next.
class JsonParser {
 public:
  JsonParser();
  JsonParser(JsonParser&&) noexcept;
  JsonParser& operator=(JsonParser&&) noexcept;
  ~JsonParser();

  /// @param where  of the document's first character
  /// @throws Error data with line and character, for text that is not JSON
  simdjson::dom::element parse(std::string_view json, const Where& where, const std::string& hint);

 private:
  // Held from afar: its size depends on options that this library alone is compiled with.
  std::unique_ptr<simdjson::dom::parser> parser_;
};

/// The members of an object, in order.
/// @throws Error data, when `value` is not an object or a key is there twice
struct JsonMember {
  std::string key;
  simdjson::dom::element value;
};
std::vector<JsonMember> members_of(simdjson::dom::element value, const Where& where);

/// The members that an object must have, in the order of `names`.
/// @throws Error data, when one is missing, and for any other (naming the nearest)
std::vector<simdjson::dom::element> members_named(simdjson::dom::element value,
                                                  const std::vector<std::string>& names,
                                                  const Where& where);

/// @throws Error data, when it is not an array
simdjson::dom::array array_of(simdjson::dom::element value, const Where& where);

/// @throws Error data, when it is not a string or holds a NUL character
std::string text_of(simdjson::dom::element value, const Where& where);

/// A string as it is, anything else as JSON.
std::string any_text_of(simdjson::dom::element value, const Where& where);

/// A string, a whole number or a truth value as text.
/// @throws Error data for anything else
std::string label_of(simdjson::dom::element value, const Where& where);

std::int64_t integer_of(simdjson::dom::element value, const Where& where);
double number_of(simdjson::dom::element value, const Where& where);

/// `text`, which is UTF-8, as a JSON string.
std::string json_string(std::string_view text);

/// The lines (from 1) on which the objects and arrays begin that stand `depth` deep (0 is the
/// document itself), in order. `json` is valid.
std::vector<std::int64_t> lines_at_depth(std::string_view json, int depth);

}  // namespace inkling
