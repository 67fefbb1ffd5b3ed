// A sentence with labelled spans as one line of words between spaces:
//
//   [Ada Lovelace](person) wrote to [Babbage](person) .
//
// Everything that takes a text takes such a one.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "inkling/data/example.h"

namespace inkling {

/// The class of a word outside of every span; no type is called so.
inline constexpr const char* kOutside = "O";

/// The words of a text, the bytes where each stands, and the spans that it marks.
struct SpanText {
  std::vector<std::string> words;
  std::vector<TextRange> ranges;
  std::vector<Span> spans;  ///< of words, in order; none shares a word with another
};

/// Reads a text. A "[" at the begin of a word opens a span where "](TYPE)" ends a word behind it
/// and no other span opens between; elsewhere it is a character as any. Behind a backslash, a
/// bracket, parenthesis or backslash is a character too.
SpanText read_span_text(std::string_view text);

/// The text that marks `spans` among `words`: read_span_text(span_text(w, s)) has these words and
/// spans.
/// @param words  not empty, without white space
/// @param spans  in order, none shares a word with another; types are not empty and shorter than
///               200 bytes
std::string span_text(std::span<const std::string> words, std::span<const Span> spans);

/// The words of a text between spaces, without marks.
std::string without_span_marks(std::string_view text);

}  // namespace inkling
