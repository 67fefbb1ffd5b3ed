// How the words of a text weigh in its vector.
#pragma once

#include <vector>

namespace inkling {

/// What the weights of a text are divided by.
enum class TextNorm {
  l1,  ///< their sum: the vector is a mean
  l2,  ///< the root of the sum of their squares: long texts and short ones vary alike
};

struct TextWeights {
  std::vector<float> rows = {};  ///< of the vocabulary's rows; empty where all are 1
  TextNorm norm = TextNorm::l1;
  bool binary = false;  ///< a word counts once in a text, however often it stands there
};

}  // namespace inkling
