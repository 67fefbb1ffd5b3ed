#include "answer_html.h"

#include <algorithm>

#include "inkling/base/markup.h"
#include "inkling/base/strings.h"
#include "inkling/data/span_text.h"
#include "inkling/text/pair_text.h"

namespace inkling::cli {
namespace {

constexpr const char* kStyle = R"(
:root { color-scheme: light dark; }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.9 system-ui, sans-serif; }
p { margin: 0; padding: .45rem 0; border-bottom: 1px solid #8884; overflow-wrap: anywhere; }
mark { --colour: hsl(var(--hue) 70% 45%); color: inherit; background: color-mix(in srgb, var(--colour) 22%, transparent);
  border-bottom: 2px solid var(--colour); border-radius: .2rem; padding: .1rem .25rem; }
small { opacity: .75; padding-left: .35rem; font-variant-numeric: tabular-nums; }
)";

std::string percent(double probability) {
  return cat(fixed(100 * probability, 0), "%");
}

/// The words, those of a span given to mark(words, span's number).
template <class Mark>
std::string with_marks(const SpanText& text, const Mark& mark) {
  std::string made;
  std::string words;  // of the span at hand
  std::size_t span = 0;
  for (std::size_t i = 0; i < text.words.size(); ++i) {
    const auto word = static_cast<std::int64_t>(i);
    const bool inside = span < text.spans.size() && text.spans[span].begin <= word;
    if (!inside) {
      made += cat(made.empty() ? "" : " ", markup_escaped(text.words[i]));
      continue;
    }
    words += cat(words.empty() ? "" : " ", text.words[i]);
    if (text.spans[span].end != word + 1) continue;
    made += cat(made.empty() ? "" : " ", mark(words, span++));
    words.clear();
  }
  return made;
}

/// Head and tail as spans of the words that are no marks.
SpanText pair_of(const std::string& text) {
  const PairMarks marks = pair_marks(text, {});
  SpanText read;
  for (std::size_t at = 0;;) {
    const std::string_view word = next_spaced(text, at);
    if (word.empty()) break;
    if (!is_pair_mark(word)) read.words.emplace_back(word);
  }
  read.spans.push_back({marks.head_begin, marks.head_end, "head"});
  read.spans.push_back({marks.tail_begin, marks.tail_end, "tail"});
  std::ranges::sort(read.spans, {}, &Span::begin);
  return read;
}

}  // namespace

std::string AnswerPage::head() const {
  return cat("<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n",
             "<meta name=\"viewport\" content=\"width=device-width\">\n",
             "<title>Answers</title>\n<style>", kStyle, "</style>\n");
}

std::string AnswerPage::mark(const std::string& words, const std::string& label,
                             const std::string& note, double probability) const {
  // Hues that follow one another are far apart, however many there are.
  const auto at = std::ranges::find(labels_, label) - labels_.begin();
  return cat("<mark style=\"--hue:", at * 137 % 360, "\" title=\"", percent(probability), "\">",
             markup_escaped(words), "<small>", markup_escaped(note), "</small></mark>");
}

std::string AnswerPage::answer(const std::string& text, const Prediction& prediction) const {
  if (prediction.spans) {
    const SpanText read = read_span_text(prediction.label);
    return cat("<p>",
               with_marks(read,
                          [&](const std::string& words, std::size_t i) {
                            const std::string& label = read.spans[i].label;
                            const bool known = i < prediction.spans->size();
                            return mark(words, label, label,
                                        known ? (*prediction.spans)[i].probability : 1);
                          }),
               "\n");
  }
  std::string shown = markup_escaped(text);
  if (pairs_ && marks_pair(text)) {
    const SpanText pair = pair_of(text);
    shown = with_marks(pair, [&](const std::string& words, std::size_t i) {
      return mark(words, prediction.label, pair.spans[i].label, prediction.probability);
    });
  }
  const double probability = prediction.probability;
  return cat("<p>", mark(prediction.label, prediction.label, percent(probability), probability),
             " ", shown, "\n");
}

}  // namespace inkling::cli
