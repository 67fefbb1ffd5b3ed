// From the scores of words to labelled spans.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "inkling/data/example.h"

namespace inkling {

/// How often, in sentences with spans, a word of one kind follows one of another: outside of every
/// span, inside of one, or inside of one of another type. It says nothing of types, so that it
/// holds for types that training has not seen.
struct AbstractTransitions {
  double start_inside = 0.5;    ///< the first word; else it is outside
  double outside_inside = 0.5;  ///< from a word outside of every span
  double inside_inside = 0.25;  ///< from one inside: to the same type
  double inside_other = 0.25;   ///< to another type; else outside

  /// Counted in sentences, each of so many words; one is added to each count.
  static AbstractTransitions counted(const std::vector<std::vector<Span>>& spans,
                                     std::span<const std::int64_t> words);
  /// "0.1,0.05,0.4,0.01", in the order of the members.
  std::string text() const;
  /// @throws Error usage, where that is not four probabilities
  static AbstractTransitions of_text(std::string_view text);
};

struct TagDecoding {
  bool viterbi = false;  ///< the best path under `transitions`; else each word's best class
  AbstractTransitions transitions = {};
  double sharpness = 1;  ///< power of the transitions' probabilities, which are normalised again
};

/// The classes of the words of sentences.
/// @param scores   [U, classes], row by row
/// @param offsets  sentence i is the words offsets[i] .. offsets[i + 1]
/// @param outside  the class of words outside of every span
/// @return         [U]
/// Source: Yang, Katiyar 2020 (StructShot), section 3.2: the probability of going to a type is
/// shared among those there are.
std::vector<std::int32_t> decoded(const TagDecoding& decoding, std::span<const double> scores,
                                  std::int64_t classes, std::span<const std::int64_t> offsets,
                                  std::int32_t outside);

/// A span of classes, over words begin .. end, and what is known of it.
struct ClassSpan {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::int32_t of_class = 0;
};

/// Neighbouring words of one class are one span.
/// @param begins  [U], 1 where one begins although the word before has its class; empty: nowhere
/// @return        of words [first, last), whose numbers they have
std::vector<ClassSpan> class_spans(std::span<const std::int32_t> classes,
                                   std::span<const std::uint8_t> begins, std::int64_t first,
                                   std::int64_t last, std::int32_t outside);

/// The probability of the least likely of a span's words to be of its class: softmax of its scores
/// at `temperature`.
double confidence(const ClassSpan& span, std::span<const double> scores, std::int64_t classes,
                  double temperature);

}  // namespace inkling
