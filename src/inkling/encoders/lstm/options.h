// Options of the recurrent encoder.
#pragma once

#include <cstdint>
#include <string>

#include "inkling/config/plugin.h"

namespace inkling::lstm {

inline constexpr PluginInfo kInfo = {
    "lstm",
    "a bidirectional LSTM over a text's words, attention over its states",
    "the order of words matters beyond neighbours, and there are thousands of texts",
    "Hochreiter, Schmidhuber 1997; attention as Yang et al. 2016",
    "",
};

struct Options {
  std::int64_t dimensions = 100;
  std::int64_t hidden = 64;
  std::int64_t layers = 1;
  std::int64_t attention = 64;
  std::int64_t length = 256;
  std::string vectors = {};
  bool tune_vectors = true;
  double scale = 0.5;
  double dropout = 0;
  std::int64_t positions = 5;
  std::int64_t farthest = 40;
  bool predicate_word = true;

  template <class Visitor>
  void fields(Visitor& field) {
    field("dimensions", dimensions, "numbers a word; with vectors, theirs", between(1, 65536));
    field("hidden", hidden, "numbers of the state, in each direction", between(1, 65536));
    field("layers", layers, "such layers, each reading the states of the one below",
          between(1, 64));
    field("attention", attention, "numbers that a state's importance is read from",
          between(1, 65536));
    field("length", length, "words of a text that are read; later ones are left out",
          between(1, 1 << 20));
    field("vectors", vectors,
          "pretrained word vectors: NAME of the catalogue, a file, or A+B for both side by side");
    field("tune-vectors", tune_vectors, "whether training moves the word vectors");
    field("scale", scale, "new vectors are drawn from [-scale, scale]", between(0, 1000));
    field("dropout", dropout,
          "share of the words' numbers, of the states between layers, and of the features, dropped "
          "while training",
          between(0, 0.99));
    field(
        "positions", positions,
        "of a pair: numbers of a word's distance to the head, and as many of that to the tail; of "
        "a predicate, of that to it; 0: none",
        between(0, 65536));
    field("farthest", farthest, "of a pair or a predicate: longer distances count as this one",
          between(1, 1 << 20));
    field("predicate-word", predicate_word,
          "of a predicate: whether its vector stands beside each word of its sentence");
  }
};

}  // namespace inkling::lstm
