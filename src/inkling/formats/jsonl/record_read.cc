#include <algorithm>
#include <utility>

#include "inkling/base/strings.h"
#include "inkling/formats/column_names.h"
#include "inkling/formats/jsonl/record.h"

namespace inkling::jsonl {
namespace {

using simdjson::dom::element;

Where at(const Where& where, std::string field) {
  Where place = where;
  place.field = std::move(field);
  return place;
}

std::vector<std::string> texts_of(element value, const Where& where) {
  std::vector<std::string> texts;
  for (const element text : array_of(value, where)) texts.push_back(text_of(text, where));
  return texts;
}

std::map<std::string, std::string> texts_by_name(element value, const Where& where) {
  std::map<std::string, std::string> texts;
  for (const JsonMember& member : members_of(value, where))
    texts.emplace(member.key, any_text_of(member.value, at(where, member.key)));
  return texts;
}

/// The members that an object must have, by name; others are errors.
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

Span span_of(element value, const Where& where) {
  const auto members = members_named(value, {"begin", "end", "label"}, where);
  return {integer_of(members[0], where), integer_of(members[1], where), text_of(members[2], where)};
}

std::vector<Span> spans_of(element value, const Where& where) {
  std::vector<Span> spans;
  for (const element span : array_of(value, where)) spans.push_back(span_of(span, where));
  return spans;
}

std::vector<TextRange> ranges_of(element value, const Where& where) {
  std::vector<TextRange> ranges;
  for (const element range : array_of(value, where)) {
    const simdjson::dom::array ends = array_of(range, where);
    if (ends.size() != 2) throw Error(ErrorKind::data, "a token is not [begin, end]", where);
    ranges.push_back({integer_of(ends.at(0), where), integer_of(ends.at(1), where)});
  }
  return ranges;
}

std::vector<Relation> relations_of(element value, const Where& where) {
  std::vector<Relation> relations;
  for (const element relation : array_of(value, where)) {
    const auto members = members_named(relation, {"head", "tail", "type"}, where);
    relations.push_back(
        {span_of(members[0], where), span_of(members[1], where), text_of(members[2], where)});
  }
  return relations;
}

std::vector<Frame> frames_of(element value, const Where& where) {
  std::vector<Frame> frames;
  for (const element frame : array_of(value, where)) {
    const auto members = members_named(frame, {"predicate", "sense", "arguments"}, where);
    frames.push_back(
        {integer_of(members[0], where), text_of(members[1], where), spans_of(members[2], where)});
  }
  return frames;
}

/// Words instead of ranges are common in other people's files: they are kept as metadata.
bool is_list_of_texts(element value) {
  simdjson::dom::array list;
  if (value.get(list)) return false;
  return list.size() > 0 &&
         std::all_of(list.begin(), list.end(), [](element item) { return item.is_string(); });
}

void read_member(Example& example, const JsonMember& member, const Where& where) {
  const std::string& key = member.key;
  const element value = member.value;
  if (key == "soft_targets") {
    for (const JsonMember& target : members_of(value, where))
      example.soft_targets.emplace(target.key, number_of(target.value, where));
  } else if (key == "weight") {
    example.weight = number_of(value, where);
  } else if (key == "tokens" && !is_list_of_texts(value)) {
    example.tokens = ranges_of(value, where);
  } else if (key == "spans") {
    example.spans = spans_of(value, where);
  } else if (key == "relations") {
    example.relations = relations_of(value, where);
  } else if (key == "frames") {
    example.frames = frames_of(value, where);
  } else if (key == "token_columns") {
    for (const JsonMember& column : members_of(value, where))
      example.token_columns.emplace(column.key, texts_of(column.value, where));
  } else if (key == "targets") {
    example.targets = texts_of(value, where);
  } else if (key == "attributes") {
    example.attributes.merge(texts_by_name(value, where));
  } else if (key == "metadata") {
    example.metadata.merge(texts_by_name(value, where));
  } else {
    example.metadata.emplace(key, any_text_of(value, where));
  }
}

constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

std::size_t find(const std::vector<std::string>& keys, const std::string& key) {
  const auto found = std::find(keys.begin(), keys.end(), key);
  return found == keys.end() ? kNowhere : static_cast<std::size_t>(found - keys.begin());
}

/// Where the text, the label and the group stand among the keys of a record.
struct Keys {
  std::size_t text = kNowhere;
  std::size_t label = kNowhere;
  std::size_t group = kNowhere;
};

Keys find_keys(const std::vector<std::string>& keys, const FormatOptions& options,
               const Where& where) {
  std::vector<std::string> left = keys;
  const auto take = [&](const std::string& column) {
    const std::size_t found = column.empty() ? kNowhere : find(left, column);
    if (found != kNowhere) left[found].clear();
    return found;
  };
  Keys places;
  places.text = take(options.text_column);
  places.label = take(options.label_column);
  places.group = take(options.group_column);
  if (!options.text_column.empty() && places.text == kNowhere)
    throw unknown_column(options.text_column, keys, "text-column", where);
  if (places.text == kNowhere) {
    const auto text = default_text(left, where);
    if (!text) throw no_text_column(keys, where);
    places.text = *text;
    left[*text].clear();
  }
  if (options.label_column.empty()) places.label = default_label(left).value_or(kNowhere);
  return places;
}

}  // namespace

Example read_record(element record, const FormatOptions& options, const Where& where,
                    SeenColumns& seen) {
  const std::vector<JsonMember> members = members_of(record, where);
  std::vector<std::string> keys;
  keys.reserve(members.size());
  for (const JsonMember& member : members) keys.push_back(member.key);

  const Keys places = find_keys(keys, options, where);
  Example example;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const Where place = at(where, keys[i]);
    const element value = members[i].value;
    if (i == places.text) {
      example.text = text_of(value, place);
    } else if (i == places.label) {
      seen.label = true;
      if (!value.is_null()) example.label = label_of(value, place);
    } else if (i == places.group) {
      seen.group = true;
      if (!value.is_null()) example.attributes.insert_or_assign(keys[i], any_text_of(value, place));
    } else {
      read_member(example, members[i], place);
    }
  }
  if (const auto fault = fault_of(example))
    throw Error(ErrorKind::data, fault->message, at(where, fault->field));
  return example;
}

}  // namespace inkling::jsonl
