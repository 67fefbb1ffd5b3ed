#include "inkling/text/pair_text.h"

#include <algorithm>
#include <array>
#include <optional>
#include <tuple>

#include "inkling/base/strings.h"

namespace inkling {
namespace {

/// In the order of the members of PairMarks.
constexpr std::array<std::string_view, 4> kMarks = {"<e1>", "</e1>", "<e2>", "</e2>"};
constexpr const char* kHint =
    "mark both, as in: the <e1> bridge </e1> crosses the <e2> river </e2>";

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

}  // namespace

std::string_view next_spaced(std::string_view text, std::size_t& at) {
  while (at < text.size() && is_space(text[at])) ++at;
  const std::size_t begin = at;
  while (at < text.size() && !is_space(text[at])) ++at;
  return text.substr(begin, at - begin);
}

bool is_pair_mark(std::string_view word) {
  return std::ranges::find(kMarks, word) != kMarks.end();
}

bool marks_pair(std::string_view text) {
  std::array<bool, 4> seen = {};
  std::size_t at = 0;
  for (auto word = next_spaced(text, at); !word.empty(); word = next_spaced(text, at)) {
    const auto mark = std::ranges::find(kMarks, word);
    if (mark != kMarks.end()) seen[static_cast<std::size_t>(mark - kMarks.begin())] = true;
  }
  return std::ranges::find(seen, false) == seen.end();
}

PairMarks pair_marks(std::string_view text, const Where& where) {
  std::array<std::optional<std::int32_t>, 4> places;
  std::int32_t words = 0;
  std::size_t at = 0;
  for (auto word = next_spaced(text, at); !word.empty(); word = next_spaced(text, at)) {
    const auto mark = std::ranges::find(kMarks, word);
    if (mark == kMarks.end()) {
      ++words;
      continue;
    }
    auto& place = places[static_cast<std::size_t>(mark - kMarks.begin())];
    if (place) {
      throw Error(ErrorKind::data, cat("the mark ", word, " stands in the text twice"), where,
                  kHint);
    }
    place = words;
  }
  for (std::size_t i = 0; i < places.size(); ++i) {
    if (places[i]) continue;
    throw Error(ErrorKind::data, cat("the text has no mark ", kMarks[i]), where, kHint);
  }
  const PairMarks marks = {*places[0], *places[1], *places[2], *places[3]};
  for (const auto& [begin, end, name] :
       {std::tuple(marks.head_begin, marks.head_end, "head <e1>"),
        std::tuple(marks.tail_begin, marks.tail_end, "tail <e2>")}) {
    if (begin >= end) {
      throw Error(ErrorKind::data, cat("the ", name, " holds no word"), where, kHint);
    }
  }
  return marks;
}

std::string pair_text(std::span<const std::string> words, const PairMarks& marks) {
  std::string text;
  const auto add = [&](std::string_view word) {
    if (!text.empty()) text += ' ';
    text += word;
  };
  for (std::size_t i = 0; i <= words.size(); ++i) {
    const auto at = static_cast<std::int32_t>(i);
    if (at == marks.head_end) add(kMarks[1]);
    if (at == marks.tail_end) add(kMarks[3]);
    if (at == marks.head_begin) add(kMarks[0]);
    if (at == marks.tail_begin) add(kMarks[2]);
    if (i < words.size()) add(words[i]);
  }
  return text;
}

std::string without_pair_marks(std::string_view text) {
  if (!marks_pair(text)) return std::string(text);
  std::string bare;
  std::size_t at = 0;
  for (auto word = next_spaced(text, at); !word.empty(); word = next_spaced(text, at)) {
    if (is_pair_mark(word)) continue;
    if (!bare.empty()) bare += ' ';
    bare += word;
  }
  return bare;
}

}  // namespace inkling
