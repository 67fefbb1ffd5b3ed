#include "inkling/formats/bracket_columns.h"

#include "inkling/base/strings.h"
#include "inkling/data/structure.h"

namespace inkling {
namespace {

constexpr std::string_view kMarks = "()* \t";

class BracketReader {
 public:
  BracketSpans run(std::span<const std::string> cells) {
    for (row_ = 0; row_ < cells.size() && !found_.fault; ++row_) read(cells[row_]);
    if (!found_.fault && !open_.empty()) {
      const Span& span = found_.spans[open_.back()];
      found_.fault = {static_cast<std::size_t>(span.begin),
                      cat("'(", span.label, "' is not closed")};
    }
    return std::move(found_);
  }

 private:
  void read(std::string_view cell) {
    std::string_view rest = cell;
    while (rest.starts_with('(')) {
      const std::size_t end = std::min(rest.find_first_of(kMarks, 1), rest.size());
      if (end == 1) break;
      open_.push_back(found_.spans.size());
      found_.spans.push_back(
          {static_cast<std::int64_t>(row_), 0, std::string(rest.substr(1, end - 1))});
      rest.remove_prefix(end);
    }
    if (!rest.starts_with('*') || rest.find_first_not_of(')', 1) != std::string_view::npos) {
      found_.fault = {row_, cat("'", cell, "' is not (LABEL* or * or *)")};
      return;
    }
    for (std::size_t closing = rest.size() - 1; closing > 0; --closing) {
      if (open_.empty()) {
        found_.fault = {row_, cat("'", cell, "' closes what was not opened")};
        return;
      }
      found_.spans[open_.back()].end = static_cast<std::int64_t>(row_ + 1);
      open_.pop_back();
    }
  }

  BracketSpans found_;
  std::vector<std::size_t> open_;  ///< indices of spans without their end, outermost first
  std::size_t row_ = 0;
};

}  // namespace

BracketSpans spans_of_brackets(std::span<const std::string> cells) {
  return BracketReader().run(cells);
}

BracketCells brackets_of_spans(std::span<const Span> spans, std::size_t tokens) {
  BracketCells made;
  std::vector<std::string> opening(tokens);
  std::vector<std::string> closing(tokens);
  std::vector<std::int64_t> open;  // ends of the spans around, outermost first
  for (std::size_t i = 0; i < spans.size(); ++i) {
    const Span& span = spans[i];
    while (!open.empty() && open.back() <= span.begin) open.pop_back();
    if (span.begin >= span.end)
      made.fault = "a span without tokens";
    else if (span.label.empty() || span.label.find_first_of(kMarks) != std::string::npos)
      made.fault = cat("a span labelled '", span.label, "'");
    else if (i > 0 && comes_before(span, spans[i - 1]))
      made.fault = "spans out of the order of the text";
    else if (!open.empty() && open.back() < span.end)
      made.fault = "spans that cross";
    if (!made.fault.empty()) return made;
    open.push_back(span.end);
    opening[static_cast<std::size_t>(span.begin)] += cat('(', span.label);
    closing[static_cast<std::size_t>(span.end - 1)] += ')';
  }
  for (std::size_t i = 0; i < tokens; ++i) made.cells.push_back(cat(opening[i], '*', closing[i]));
  return made;
}

}  // namespace inkling
