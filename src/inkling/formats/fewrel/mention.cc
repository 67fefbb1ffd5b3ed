#include "inkling/formats/fewrel/mention.h"

#include <cstdint>

#include "inkling/base/strings.h"

namespace inkling::fewrel {
namespace {

using simdjson::dom::element;

/// The tokens of a mention.
using Places = std::vector<std::int64_t>;

std::string words_of(const Span& span, const std::vector<std::string>& tokens) {
  const std::span all(tokens);
  return join(all.subspan(static_cast<std::size_t>(span.begin),
                          static_cast<std::size_t>(span.end - span.begin)),
              " ");
}

Places places_of(element value, std::size_t tokens, const Where& where) {
  Places places;
  for (const element place : array_of(value, where)) {
    places.push_back(integer_of(place, where));
    if (places.back() < 0 || places.back() >= static_cast<std::int64_t>(tokens)) {
      throw Error(ErrorKind::data,
                  cat("token ", places.back(), " is outside of the sentence, which has ", tokens),
                  where, "tokens are numbered from 0");
    }
    if (places.size() > 1 && places.back() != places[places.size() - 2] + 1) {
      throw Error(
          ErrorKind::data,
          cat("token ", places.back(), " does not follow token ", places[places.size() - 2]), where,
          "a mention is tokens in a row; give another its own list");
    }
  }
  if (places.empty()) throw Error(ErrorKind::data, "a mention has no token", where);
  return places;
}

std::string text_of(const Places& places) {
  std::string text = "[";
  for (const std::int64_t place : places) text += cat(text.size() > 1 ? ", " : "", place);
  return text + "]";
}

std::vector<Places> mentions_of(element value, std::size_t tokens, const Where& where) {
  std::vector<Places> mentions;
  for (const element mention : array_of(value, where)) {
    mentions.push_back(places_of(mention, tokens, where));
  }
  return mentions;
}

/// Mentions begin .. as JSON.
std::string text_of(const std::vector<Places>& mentions, std::size_t begin) {
  std::string text = "[";
  for (std::size_t i = begin; i < mentions.size(); ++i) {
    text += cat(i > begin ? ", " : "", text_of(mentions[i]));
  }
  return text + "]";
}

/// The further mentions of "<which>_mentions", which must be as read_mention writes them.
std::vector<Places> further(const Held& held, const std::string& name, std::size_t tokens) {
  const std::string text(value_of(held.example.metadata, name));
  if (text.empty()) return {};
  try {
    JsonParser parser;
    std::vector<Places> mentions = mentions_of(parser.parse(text, {}, ""), tokens, {});
    if (!mentions.empty() && text_of(mentions, 0) == text) return mentions;
  } catch (const Error&) {
    // What it is not stands in the message below.
  }
  throw held.cannot_hold(cat("'", text, "' as further mentions"), name,
                         "give lists of tokens in a row, as in [[3, 4], [9]]");
}

}  // namespace

Span read_mention(element value, const std::vector<std::string>& tokens, const std::string& which,
                  const Where& where, std::map<std::string, std::string>& metadata) {
  const simdjson::dom::array parts = array_of(value, where);
  if (parts.size() != 3) {
    throw Error(ErrorKind::data, cat("has ", parts.size(), " values, not [name, id, mentions]"),
                where);
  }
  const std::vector<Places> mentions = mentions_of(parts.at(2), tokens.size(), where);
  if (mentions.empty()) throw Error(ErrorKind::data, "there is no mention", where);
  Span span = {mentions.front().front(), mentions.front().back() + 1, ""};
  const std::string name = inkling::text_of(parts.at(0), where);
  const std::string id = inkling::text_of(parts.at(1), where);
  if (name != words_of(span, tokens)) metadata[which] = name;
  if (!id.empty()) metadata[which + "_id"] = id;
  if (mentions.size() > 1) metadata[which + "_mentions"] = text_of(mentions, 1);
  return span;
}

std::string write_mention(const Held& held, const Span& span,
                          const std::vector<std::string>& tokens, const std::string& which) {
  if (span.begin < 0 || span.end <= span.begin || span.end > std::ssize(tokens)) {
    throw held.cannot_hold(cat("a ", which, " outside of the sentence"), "relations");
  }
  if (!span.label.empty()) {
    throw held.cannot_hold(cat("the type '", span.label, "' of a ", which), "relations");
  }
  const std::string words = words_of(span, tokens);
  const auto& metadata = held.example.metadata;
  const auto name = metadata.find(which);
  if (name != metadata.end() && name->second == words) {
    throw held.cannot_hold(cat("a name of the ", which, " that says what its tokens say"), which,
                           "leave it out");
  }
  for (const char* ending : {"_id", "_mentions"}) {
    const auto found = metadata.find(which + ending);
    if (found != metadata.end() && found->second.empty()) {
      throw held.cannot_hold("an empty value", which + ending, "leave it out");
    }
  }
  std::vector<Places> mentions(1);
  for (std::int64_t i = span.begin; i < span.end; ++i) mentions.front().push_back(i);
  for (Places& more : further(held, which + "_mentions", tokens.size())) {
    mentions.push_back(std::move(more));
  }
  return cat("[", json_string(name == metadata.end() ? words : name->second), ", ",
             json_string(value_of(metadata, which + "_id")), ", ", text_of(mentions, 0), "]");
}

}  // namespace inkling::fewrel
