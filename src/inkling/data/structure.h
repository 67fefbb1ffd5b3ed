// Whether the tokens, spans, relations and frames of an example fit each other and its text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "inkling/data/example.h"

namespace inkling {

/// A contradiction in an example: the field it stands in and what it is.
struct Fault {
  std::string field;
  std::string message;
};

/// Ranges outside of the text or the tokens, columns of another length than the tokens, numbers
/// that are not finite.
std::optional<Fault> fault_of(const Example& example);

/// True for a place in UTF-8 text between two characters, its ends among them.
bool between_characters(std::string_view text, std::int64_t byte);

/// The bytes that a span covers, from its first token to its last. It lies within the tokens; one
/// without tokens covers nothing.
TextRange range_of(const Example& example, const Span& span);

/// The text that a span covers.
std::string_view covered_text(const Example& example, const Span& span);

/// The order of spans in a text: by where they begin, the longer first of those that begin
/// together.
bool comes_before(const Span& a, const Span& b);

/// How two spans stand to each other: they share no token; one lies within the other, or both cover
/// the same; each has tokens that the other lacks, and they share some.
enum class Overlap { none, nested, crossing };
Overlap overlap_of(const Span& a, const Span& b);

}  // namespace inkling
