// Random examples for the laws of the formats: what makes them stumble, and what each one's files
// hold.
#pragma once

#include <rapidcheck.h>

#include <map>
#include <string>
#include <vector>

#include "inkling/base/strings.h"
#include "inkling/data/structure.h"
#include "inkling/formats/token_text.h"

namespace inkling::testing_help {

/// Texts that formats stumble over: separators, quotes, line ends, marks, other scripts, prefixes,
/// nothing.
inline rc::Gen<std::string> any_text() {
  const auto piece = rc::gen::element<std::string>(
      "a", "word", " ", "  ", "\t", "\n", "\r", "\r\n", "\"", "\"\"", ",", "'", "\\", "{", "[", "]",
      "__label__", "\xef\xbb\xbf", "\xf0\x9f\x98\x80", "e\xcc\x81", "\xe2\x80\xa8", "\xc2\x85",
      "\x0b", "\x1f", "1", "-1", "text", "label", "#", "null");
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(piece),
                      [](const std::vector<std::string>& pieces) { return join(pieces, ""); });
}

inline rc::Gen<std::string> tame_text() {
  return rc::gen::map(any_text(), [](std::string text) {
    for (char& c : text) c = c == '\n' || c == '\r' || c == '\t' ? ' ' : c;
    return "x" + text;
  });
}

inline rc::Gen<std::map<std::string, std::string>> names_and_values(std::vector<std::string> names,
                                                                    bool wild) {
  return rc::gen::container<std::map<std::string, std::string>>(
      rc::gen::elementOf(std::move(names)), wild ? any_text() : tame_text());
}

/// Spans one after the other among the tokens.
inline std::vector<Span> any_spans(const Example& example, bool neighbours) {
  std::vector<Span> spans;
  const auto tokens = static_cast<std::int64_t>(example.tokens.size());
  for (std::int64_t at = 0; at < tokens;) {
    const std::int64_t length = *rc::gen::inRange(0, 3);
    const std::int64_t end = std::min(at + std::max<std::int64_t>(length, 1), tokens);
    if (length > 0) spans.push_back({at, end, *rc::gen::element<std::string>("LOC", "art-film")});
    at = end + (neighbours ? 0 : 1);
  }
  return spans;
}

/// Words as tokens, most often with a space between two.
inline void add_words(Example& example, bool wild) {
  auto words = *rc::gen::container<std::vector<std::string>>(wild ? any_text() : tame_text());
  std::erase(words, "");
  if (words.empty()) words = {"x", "#"};
  set_words(example, words);
  if (*rc::gen::inRange(0, 3) > 0) return;
  std::string text = words.front();
  for (std::size_t i = 1; i < words.size(); ++i)
    text += *rc::gen::element<std::string>("", " ", "\n") + words[i];
  if (locate_words(text, words)) set_words(example, words, text, {});
}

/// Tokens as tokenise makes them of the text, with spans at some of their borders.
inline void cut_words(Example& example) {
  example.tokens = tokenise(example.text);
  example.spans = any_spans(example, true);
  std::vector<std::int64_t> borders;
  for (const Span& span : example.spans) add_borders(example, span, borders);
  example.tokens = tokenise(example.text, borders);
}

inline void add_frames(Example& example) {
  const auto tokens = static_cast<std::int64_t>(example.tokens.size());
  for (std::int64_t at = 0; at < tokens; ++at) {
    if (*rc::gen::inRange(0, 3) > 0) continue;
    example.frames.push_back({at, cat("do.0", at % 10), any_spans(example, true)});
  }
}

inline void add_relations(Example& example) {
  if (example.spans.empty()) return;
  const auto any = [&] { return *rc::gen::elementOf(example.spans); };
  for (int i = *rc::gen::inRange(0, 3); i > 0; --i)
    example.relations.push_back({any(), any(), *rc::gen::element<std::string>("Kill", "in")});
}

/// One relation between two parts of the text.
inline void add_one_relation(Example& example, const std::string& head, const std::string& tail,
                             const std::string& type) {
  const auto tokens = static_cast<std::int64_t>(example.tokens.size());
  const std::int64_t middle = tokens / 2;
  if (middle == 0) return;
  example.relations = {{{0, middle, head}, {middle, tokens, tail}, type}};
}

}  // namespace inkling::testing_help
