// Spans as a column of brackets, as CoNLL-2005 and CoNLL-2012 write them: (A0* * *) for three
// tokens.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "inkling/data/example.h"

namespace inkling {

/// A cell that has no place where it stands: its row, and what is wrong.
struct BracketFault {
  std::size_t row = 0;
  std::string message;
};

struct BracketSpans {
  std::vector<Span> spans;            ///< in the order of the text
  std::optional<BracketFault> fault;  ///< a bracket that does not close or open, a cell of no form
};

/// The spans of a column, one within the other where brackets are.
BracketSpans spans_of_brackets(std::span<const std::string> cells);

struct BracketCells {
  std::vector<std::string> cells;  ///< one a token
  std::string fault;               ///< why there can be none; else empty
};

/// The column of spans in the order of the text, none of which cross.
/// spans_of_brackets(brackets_of_spans(x)) == x.
BracketCells brackets_of_spans(std::span<const Span> spans, std::size_t tokens);

}  // namespace inkling
