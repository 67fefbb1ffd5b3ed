#include "inkling/metrics/answers.h"

#include <algorithm>
#include <cmath>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"

namespace inkling {

void check(const Answers& answers) {
  const auto classes = static_cast<std::size_t>(std::max(answers.classes, 0));
  if (answers.classes < 1 || answers.scores.size() != answers.truth.size() * classes)
    throw Error(ErrorKind::internal,
                cat(answers.scores.size(), " scores for ", answers.truth.size(), " items of ",
                    answers.classes, " classes"));
  for (const std::int32_t truth : answers.truth)
    if (truth < 0 || truth >= answers.classes)
      throw Error(ErrorKind::internal, cat("class ", truth, " of ", answers.classes));
  for (std::size_t i = 0; i < answers.scores.size(); ++i)
    if (!std::isfinite(answers.scores[i]))
      throw Error(ErrorKind::numeric,
                  cat("the score of item ", i / classes, " for class ", i % classes, " is ",
                      shortest(answers.scores[i])),
                  {}, "the model has diverged: lower the learning rates");
}

std::int32_t argmax(std::span<const double> scores) {
  return static_cast<std::int32_t>(std::max_element(scores.begin(), scores.end()) - scores.begin());
}

}  // namespace inkling
