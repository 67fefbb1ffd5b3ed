// Files that are one JSON list of objects, each an example with its tokens as words.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "inkling/formats/holding.h"
#include "inkling/formats/json.h"

namespace inkling {

/// The examples that `read_record` makes of the objects of a list, with their places.
/// @param hint  what to do where the file is no JSON
/// @throws Error data, also where a text is longer than max_record_bytes
std::vector<Example> read_records(
    const Source& source, const FormatOptions& options, const std::string& hint,
    const std::function<Example(simdjson::dom::element, const Where&)>& read_record);

/// `where` with another field.
Where with_field(Where where, std::string field);

/// A list of words as tokens.
/// @throws Error data, when it has none or one is empty
std::vector<std::string> words_of_list(simdjson::dom::element value, const Where& where);

/// An index.
/// @throws Error data, when it is not within [low, high]; `what` is for the message
std::int64_t index_of(simdjson::dom::element value, std::int64_t low, std::int64_t high,
                      const std::string& what, const Where& where);

/// ["a", "b"]
std::string json_list(const std::vector<std::string>& texts);

/// `text` as a JSON number where it is a whole number as a number is written, else as a string:
/// any_text_of reads both back the same.
std::string json_value(const std::string& text);

/// `"tokens": [...]`, and `, "text": "..."` where spaces between tokens do not make the text.
/// @param key  that of the tokens
std::string json_words(const Held& held, const std::string& key);

/// `, "KEY": VALUE` for each value of the metadata. @throws cannot_hold for a key of `taken`
std::string json_metadata(const Held& held, std::initializer_list<std::string_view> taken);

}  // namespace inkling
