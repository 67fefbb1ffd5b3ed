// Answers of `predict` as a page that a browser shows.
#pragma once

#include <string>
#include <vector>

#include "inkling/api/inkling.h"

namespace inkling::cli {

/// Writes a page from its beginning on; it is whole after every answer, since a page's last tags
/// may be left out.
class AnswerPage {
 public:
  /// @param labels  the model's; each has a colour of its own
  /// @param pairs   whether its texts mark a head and a tail (text/pair_text.h)
  AnswerPage(std::vector<std::string> labels, bool pairs)
      : labels_(std::move(labels)), pairs_(pairs) {}

  /// What stands before the answers.
  std::string head() const;
  /// The text with its spans marked; or its class, its probability and the text, in which head and
  /// tail of a pair are marked. Nothing of it is read as HTML.
  std::string answer(const std::string& text, const Prediction& prediction) const;

 private:
  /// Words in the label's colour, with a note behind.
  std::string mark(const std::string& words, const std::string& label, const std::string& note,
                   double probability) const;

  std::vector<std::string> labels_;
  bool pairs_;
};

}  // namespace inkling::cli
