#include "inkling/formats/json_records.h"

#include <algorithm>
#include <charconv>

#include "inkling/base/interrupt.h"
#include "inkling/base/strings.h"
#include "inkling/formats/lines.h"
#include "inkling/formats/token_text.h"

namespace inkling {
namespace {

constexpr const char* kText = "text";

}  // namespace

std::vector<Example> read_records(
    const Source& source, const FormatOptions& options, const std::string& hint,
    const std::function<Example(simdjson::dom::element, const Where&)>& read_record) {
  const std::string file = source.path.string();
  const Where start{.file = file, .line = 1};
  JsonParser parser;
  const auto list = array_of(parser.parse(source.bytes, start, hint), start);
  const auto lines = lines_at_depth(source.bytes, 1);
  std::vector<Example> examples;
  for (const auto record : list) {
    check_interrupt();
    const std::size_t index = examples.size();
    // Records before this one were objects, so that the lines match them one by one.
    const Where where{.file = file, .line = index < lines.size() ? lines[index] : 1};
    Example& example = examples.emplace_back(read_record(record, where));
    if (example.text.size() > static_cast<std::size_t>(options.max_record_bytes))
      throw too_long(options.max_record_bytes, where);
    example.origin = {file, where.line};
  }
  return examples;
}

Where with_field(Where where, std::string field) {
  where.field = std::move(field);
  return where;
}

std::vector<std::string> words_of_list(simdjson::dom::element value, const Where& where) {
  std::vector<std::string> words;
  for (const auto word : array_of(value, where)) {
    words.push_back(text_of(word, where));
    if (words.back().empty())
      throw Error(ErrorKind::data, cat("token ", words.size() - 1, " is empty"), where);
  }
  if (words.empty()) throw Error(ErrorKind::data, "there are no tokens", where);
  return words;
}

std::int64_t index_of(simdjson::dom::element value, std::int64_t low, std::int64_t high,
                      const std::string& what, const Where& where) {
  const std::int64_t index = integer_of(value, where);
  if (low <= index && index <= high) return index;
  throw Error(ErrorKind::data, cat(what, " is ", index, ": it must be from ", low, " to ", high),
              where, "indices count from 0");
}

std::string json_list(const std::vector<std::string>& texts) {
  std::string list = "[";
  for (const std::string& text : texts) list += cat(list.size() > 1 ? ", " : "", json_string(text));
  return list + "]";
}

std::string json_value(const std::string& text) {
  std::int64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = parsed.ec == std::errc() && std::to_string(number) == text;
  return whole ? text : json_string(text);
}

std::string json_words(const Held& held, const std::string& key) {
  std::string members = cat(json_string(key), ": ", json_list(token_texts(held.example)));
  if (stands_apart(held))
    members += cat(", ", json_string(kText), ": ", json_string(held.example.text));
  return members;
}

std::string json_metadata(const Held& held, std::initializer_list<std::string_view> taken) {
  std::string members;
  for (const auto& [key, value] : held.example.metadata) {
    if (key == kText || std::find(taken.begin(), taken.end(), key) != taken.end())
      throw held.cannot_hold(cat("metadata named '", key, "'"), key);
    members += cat(", ", json_string(key), ": ", json_value(value));
  }
  return members;
}

}  // namespace inkling
