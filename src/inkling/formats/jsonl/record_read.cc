#include <algorithm>
#include <utility>

#include "inkling/base/strings.h"
#include "inkling/data/structure.h"
#include "inkling/formats/column_names.h"
#include "inkling/formats/json_records.h"
#include "inkling/formats/jsonl/record.h"
#include "inkling/formats/tag_schemes.h"
#include "inkling/formats/token_text.h"

namespace inkling::jsonl {
namespace {

using simdjson::dom::element;

std::vector<std::string> texts_of(element value, const Where& where) {
  std::vector<std::string> texts;
  for (const element text : array_of(value, where)) texts.push_back(text_of(text, where));
  return texts;
}

std::map<std::string, std::string> texts_by_name(element value, const Where& where) {
  std::map<std::string, std::string> texts;
  for (const JsonMember& member : members_of(value, where))
    texts.emplace(member.key, any_text_of(member.value, with_field(where, member.key)));
  return texts;
}

/// {"begin", "end", "label"} or [begin, end, label].
Span span_of(element value, const Where& where) {
  simdjson::dom::array list;
  if (!value.get(list)) {
    if (list.size() != 3) throw Error(ErrorKind::data, "a span is not [begin, end, label]", where);
    return {integer_of(list.at(0), where), integer_of(list.at(1), where),
            text_of(list.at(2), where)};
  }
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

/// A span, or the number of one of `spans`.
Span span_of(element value, const std::vector<Span>& spans, const Where& where) {
  if (!value.is_int64()) return span_of(value, where);
  const std::int64_t last = std::ssize(spans) - 1;
  return spans[static_cast<std::size_t>(index_of(value, 0, last, "a span's number", where))];
}

std::vector<Relation> relations_of(element value, const std::vector<Span>& spans,
                                   const Where& where) {
  std::vector<Relation> relations;
  for (const element relation : array_of(value, where)) {
    const auto members = members_named(relation, {"head", "tail", "type"}, where);
    relations.push_back({span_of(members[0], spans, where), span_of(members[1], spans, where),
                         text_of(members[2], where)});
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

bool is_list_of_texts(element value) {
  simdjson::dom::array list;
  if (value.get(list)) return false;
  return list.size() > 0 &&
         std::all_of(list.begin(), list.end(), [](element item) { return item.is_string(); });
}

/// Members that are understood when the others are known.
struct Later {
  std::optional<JsonMember> words;  ///< tokens as words
  std::optional<JsonMember> tags;   ///< a tag a token
  std::optional<JsonMember> relations;
  bool structured = false;  ///< there is something that is of tokens
};

void read_member(Example& example, const JsonMember& member, Later& later, const Where& where) {
  const std::string& key = member.key;
  const element value = member.value;
  later.structured |= key == "spans" || key == "relations" || key == "frames" ||
                      key == "token_columns" || key == "ner_tags";
  if (key == "soft_targets") {
    for (const JsonMember& target : members_of(value, where))
      example.soft_targets.emplace(target.key, number_of(target.value, where));
  } else if (key == "weight") {
    example.weight = number_of(value, where);
  } else if (key == "tokens" && is_list_of_texts(value)) {
    later.words = member;
  } else if (key == "tokens") {
    example.tokens = ranges_of(value, where);
  } else if (key == "spans") {
    example.spans = spans_of(value, where);
  } else if (key == "relations") {
    later.relations = member;
  } else if (key == "frames") {
    example.frames = frames_of(value, where);
  } else if (key == "token_columns") {
    for (const JsonMember& column : members_of(value, where))
      example.token_columns.emplace(column.key, texts_of(column.value, where));
  } else if ((key == "ner_tags" || key == "tags") && !later.tags && is_list_of_texts(value)) {
    later.tags = member;
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

/// Tokens from words: where they stand in the text, or the text where there is none. Words that do
/// not make up a text are metadata where nothing is said of them.
void read_words(Example& example, const JsonMember& member, bool has_text, bool structured,
                const Where& where) {
  const Where place = with_field(where, member.key);
  const auto words = words_of_list(member.value, place);
  if (!has_text) {
    set_words(example, words);
  } else if (structured) {
    set_words(example, words, std::string(example.text), place);
  } else {
    example.metadata.emplace(member.key, any_text_of(member.value, place));
  }
}

/// Spans from tags. `tags` of another number than there are tokens are metadata: they are of the
/// text.
void read_tags(Example& example, const JsonMember& member, const FormatOptions& options,
               const Where& where) {
  const Where place = with_field(where, member.key);
  const auto tags = texts_of(member.value, place);
  const bool fits = tags.size() == example.tokens.size();
  if (!fits && member.key == "tags") {
    example.metadata.emplace(member.key, any_text_of(member.value, place));
    return;
  }
  if (!fits) {
    throw Error(ErrorKind::data, cat(tags.size(), " tags for ", example.tokens.size(), " tokens"),
                place, "a token has one tag; tokens are a list of words or of [begin, end]");
  }
  if (!example.spans.empty())
    throw Error(ErrorKind::data, "spans and tags are both there", place, "remove one of the two");
  TagSchemeGuess guess;
  for (const std::string& tag : tags) guess.see(tag);
  const TagScheme scheme = tag_scheme_named(options.tag_scheme).value_or(guess.scheme());
  auto read = spans_of_tags(tags, scheme, options.broken_tags == "repair");
  if (read.broken) {
    throw Error(ErrorKind::data, cat("token ", read.broken->token, ": ", read.broken->message),
                place, "correct it, choose --tag-scheme, or read on with --broken-tags repair");
  }
  example.spans = std::move(read.spans);
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

/// @param text_needed  whether it is an error that there is no text
Keys find_keys(const std::vector<std::string>& keys, const FormatOptions& options, bool text_needed,
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
    if (!text && text_needed) throw no_text_column(keys, where);
    if (text) {
      places.text = *text;
      left[*text].clear();
    }
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

  const bool has_words = std::any_of(members.begin(), members.end(), [](const JsonMember& member) {
    return member.key == "tokens" && is_list_of_texts(member.value);
  });
  const Keys places = find_keys(keys, options, !has_words, where);
  Example example;
  Later later;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const Where place = with_field(where, keys[i]);
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
      read_member(example, members[i], later, place);
    }
  }
  if (later.words) {
    read_words(example, *later.words, places.text != kNowhere, later.structured, where);
  }
  if (later.tags) read_tags(example, *later.tags, options, where);
  if (later.relations)
    example.relations = relations_of(later.relations->value, example.spans,
                                     with_field(where, later.relations->key));
  if (const auto fault = fault_of(example))
    throw Error(ErrorKind::data, fault->message, with_field(where, fault->field));
  return example;
}

}  // namespace inkling::jsonl
