#include "inkling/data/span_text.h"

#include <optional>

#include "inkling/base/strings.h"

namespace inkling {
namespace {

/// Longer types are none: what closes a span stands near.
constexpr std::size_t kLongestType = 256;

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

bool escapable(char c) {
  return c == '\\' || c == '[' || c == ']' || c == '(' || c == ')';
}

/// Whether an escaped character stands at `at`.
bool escapes(std::string_view text, std::size_t at) {
  return text[at] == '\\' && at + 1 < text.size() && escapable(text[at + 1]);
}

std::string unescaped(std::string_view text) {
  std::string made;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (escapes(text, i)) ++i;
    made += text[i];
  }
  return made;
}

std::string escaped(std::string_view text, std::string_view what) {
  std::string made;
  for (const char c : text) {
    if (what.find(c) != std::string_view::npos) made += '\\';
    made += c;
  }
  return made;
}

/// A span's bytes: what is between its brackets, its type, and its end.
struct Mark {
  std::size_t begin;
  std::size_t end;
  std::string type;
  std::size_t behind;
};

/// The ")" that ends the type which begins at `at`, where a word ends with it.
std::optional<std::size_t> end_of_type(std::string_view text, std::size_t at) {
  for (std::size_t i = at; i < text.size() && i - at < kLongestType; ++i) {
    if (escapes(text, i)) {
      ++i;
    } else if (text[i] == ')') {
      const bool ends = i > at && (i + 1 == text.size() || is_space(text[i + 1]));
      return ends ? std::optional(i) : std::nullopt;
    }
  }
  return std::nullopt;
}

/// The span that the "[" at `open` opens.
std::optional<Mark> mark_at(std::string_view text, std::size_t open) {
  bool word = false;
  for (std::size_t i = open + 1; i < text.size(); ++i) {
    if (escapes(text, i)) {
      ++i;
      word = true;
      continue;
    }
    if (text[i] == '[' && is_space(text[i - 1])) return std::nullopt;
    if (text[i] == ']' && word && i + 1 < text.size() && text[i + 1] == '(') {
      if (const auto end = end_of_type(text, i + 2)) {
        return Mark{open + 1, i, unescaped(text.substr(i + 2, *end - i - 2)), *end + 1};
      }
    }
    word = word || !is_space(text[i]);
  }
  return std::nullopt;
}

/// Adds the words that stand in bytes [begin, end).
void add_words(std::string_view text, std::size_t begin, std::size_t end, SpanText& read) {
  while (begin < end) {
    if (is_space(text[begin])) {
      ++begin;
      continue;
    }
    std::size_t to = begin;
    while (to < end && !is_space(text[to])) ++to;
    read.words.push_back(unescaped(text.substr(begin, to - begin)));
    read.ranges.push_back({static_cast<std::int64_t>(begin), static_cast<std::int64_t>(to)});
    begin = to;
  }
}

}  // namespace

SpanText read_span_text(std::string_view text) {
  SpanText read;
  std::size_t at = 0;
  while (at < text.size()) {
    if (is_space(text[at])) {
      ++at;
      continue;
    }
    if (text[at] == '[') {
      if (auto mark = mark_at(text, at)) {
        const auto begin = std::ssize(read.words);
        add_words(text, mark->begin, mark->end, read);
        read.spans.push_back({begin, std::ssize(read.words), std::move(mark->type)});
        at = mark->behind;
        continue;
      }
    }
    std::size_t end = at;
    while (end < text.size() && !is_space(text[end])) ++end;
    add_words(text, at, end, read);
    at = end;
  }
  return read;
}

std::string span_text(std::span<const std::string> words, std::span<const Span> spans) {
  std::string text;
  auto span = spans.begin();
  for (std::int64_t i = 0; i < std::ssize(words); ++i) {
    if (i > 0) text += ' ';
    if (span != spans.end() && span->begin == i) text += '[';
    text += escaped(words[static_cast<std::size_t>(i)], "\\[]");
    if (span != spans.end() && span->end == i + 1) {
      text += cat("](", escaped(span->label, "\\()"), ")");
      ++span;
    }
  }
  return text;
}

std::string without_span_marks(std::string_view text) {
  return join(read_span_text(text).words, " ");
}

}  // namespace inkling
