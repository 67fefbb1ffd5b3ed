#include "inkling/formats/token_text.h"

#include <unicode/utf8.h>

#include <algorithm>
#include <limits>

#include "inkling/base/strings.h"
#include "inkling/data/structure.h"
#include "inkling/text/characters.h"
#include "inkling/text/word_scanner.h"

namespace inkling {
namespace {

/// Where the character after the one at `at` begins; whether that is a space.
std::size_t step(std::string_view text, std::size_t at, bool& space) {
  UChar32 code = 0;
  U8_NEXT(text.data(), at, text.size(), code);
  space = code < 0 || classify(static_cast<char32_t>(code)).kind == Kind::space;
  return at;
}

bool is_space(std::string_view text) {
  bool space = true;
  for (std::size_t at = 0; at < text.size() && space;) at = step(text, at, space);
  return space;
}

/// Adds what is left of text[begin, end) without the spaces around it.
void add_rest(std::string_view text, std::size_t begin, std::size_t end,
              std::vector<TextRange>& tokens) {
  std::size_t first = end;
  std::size_t last = begin;
  for (std::size_t at = begin; at < end;) {
    bool space = false;
    const std::size_t next = step(text, at, space);
    if (!space) {
      first = std::min(first, at);
      last = next;
    }
    at = next;
  }
  if (first < last)
    tokens.push_back({static_cast<std::int64_t>(first), static_cast<std::int64_t>(last)});
}

}  // namespace

void set_words(Example& example, std::span<const std::string> words) {
  example.text.clear();
  example.tokens.clear();
  for (const std::string& word : words) {
    if (!example.tokens.empty()) example.text += ' ';
    const auto begin = static_cast<std::int64_t>(example.text.size());
    example.text += word;
    example.tokens.push_back({begin, static_cast<std::int64_t>(example.text.size())});
  }
}

std::optional<std::vector<TextRange>> locate_words(std::string_view text,
                                                   std::span<const std::string> words) {
  std::vector<TextRange> tokens;
  std::size_t at = 0;
  for (const std::string& word : words) {
    const std::size_t begin = text.find(word, at);
    if (begin == std::string_view::npos || !is_space(text.substr(at, begin - at)))
      return std::nullopt;
    at = begin + word.size();
    tokens.push_back({static_cast<std::int64_t>(begin), static_cast<std::int64_t>(at)});
  }
  if (!is_space(text.substr(at))) return std::nullopt;
  return tokens;
}

void set_words(Example& example, std::span<const std::string> words, std::string text,
               const Where& where) {
  auto tokens = locate_words(text, words);
  if (!tokens) {
    throw Error(ErrorKind::data, "the tokens do not make up the text", where,
                "the text is its tokens in order, with white space alone between them");
  }
  example.text = std::move(text);
  example.tokens = *std::move(tokens);
}

std::vector<std::string> token_texts(const Example& example) {
  std::vector<std::string> words;
  words.reserve(example.tokens.size());
  for (const TextRange& token : example.tokens) {
    words.push_back(example.text.substr(static_cast<std::size_t>(token.begin),
                                        static_cast<std::size_t>(token.end - token.begin)));
  }
  return words;
}

bool is_spaced(const Example& example) {
  Example made;
  set_words(made, token_texts(example));
  return made.text == example.text && made.tokens == example.tokens;
}

bool stands_apart(const Held& held) {
  if (is_spaced(held.example)) return false;
  if (locate_words(held.example.text, token_texts(held.example)) != held.example.tokens) {
    throw held.cannot_hold("a text that has more than its tokens and white space", "tokens",
                           "cut the text into tokens that leave nothing out");
  }
  return true;
}

std::vector<TextRange> tokenise(std::string_view text, std::vector<std::int64_t> borders) {
  borders.push_back(static_cast<std::int64_t>(text.size()));
  std::sort(borders.begin(), borders.end());
  TextOptions options;
  options.max_words_per_text = std::numeric_limits<std::int64_t>::max();
  std::vector<TextRange> tokens;
  std::size_t from = 0;
  for (const std::int64_t border : borders) {
    const auto to = static_cast<std::size_t>(border);
    WordScanner scanner(text.substr(from, to - from), options);
    std::size_t done = from;
    for (std::string_view word; scanner.next(word);) {
      add_rest(text, done, from + scanner.begin(), tokens);
      done = from + scanner.end();
      tokens.push_back(
          {static_cast<std::int64_t>(from + scanner.begin()), static_cast<std::int64_t>(done)});
    }
    add_rest(text, done, to, tokens);
    from = to;
  }
  return tokens;
}

void add_borders(const Example& example, const Span& span, std::vector<std::int64_t>& borders) {
  const TextRange range = range_of(example, span);
  borders.push_back(range.begin);
  borders.push_back(range.end);
}

Span span_in(const std::vector<TextRange>& tokens, TextRange range, std::string label,
             const Where& where) {
  const auto ends_after = [](std::int64_t byte, const TextRange& token) {
    return byte < token.end;
  };
  const auto begins_before = [](const TextRange& token, std::int64_t byte) {
    return token.begin < byte;
  };
  const auto first = std::upper_bound(tokens.begin(), tokens.end(), range.begin, ends_after);
  const auto last = std::lower_bound(first, tokens.end(), range.end, begins_before);
  if (first == last) throw Error(ErrorKind::data, "the span covers no word", where);
  if (first->begin != range.begin || std::prev(last)->end != range.end) {
    throw Error(ErrorKind::data, "the span begins or ends with white space, or inside of a token",
                where, "shorten it to the words it is about");
  }
  return {first - tokens.begin(), last - tokens.begin(), std::move(label)};
}

}  // namespace inkling
