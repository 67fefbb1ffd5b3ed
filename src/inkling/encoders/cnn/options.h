// Options of the convolutional encoder.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "inkling/config/plugin.h"

namespace inkling::cnn {

inline constexpr PluginInfo kInfo = {
    "cnn",
    "the strongest answer of each filter over a text's windows of words",
    "short texts where the order of neighbouring words matters; with pretrained vectors",
    "Kim 2014; the encoder of FewRel's Proto-CNN (Han et al. 2018), Zeng et al. 2014 and 2015",
    "",
};

struct Options {
  std::int64_t dimensions = 128;
  std::vector<std::string> widths = {"3"};
  std::int64_t filters = 230;
  std::int64_t length = 128;
  std::string vectors = {};
  bool tune_vectors = true;
  double scale = 0.5;
  double dropout = 0;
  double input_dropout = 0;
  std::int64_t positions = 5;
  std::int64_t farthest = 40;
  std::string pooling = "max";
  std::int64_t mentions = 0;

  template <class Visitor>
  void fields(Visitor& field) {
    field("dimensions", dimensions, "numbers a word; with vectors, theirs", between(1, 65536));
    field("widths", widths, "words a window, one or several");
    field("filters", filters, "filters of each width", between(1, 65536));
    field("length", length, "words of a text that are read; later ones are left out",
          between(1, 1 << 20));
    field("vectors", vectors,
          "pretrained word vectors: NAME of the catalogue, a file, or A+B for both side by side");
    field("tune-vectors", tune_vectors, "whether training moves the word vectors");
    field("scale", scale, "new vectors are drawn from [-scale, scale]", between(0, 1000),
          Differentiable{Bijection::log, 1e-6, 1e3});
    field("dropout", dropout, "share of the features dropped while training", between(0, 0.99));
    field("input-dropout", input_dropout, "share of the words' numbers dropped while training",
          between(0, 0.99));
    field(
        "positions", positions,
        "of a pair: numbers of a word's distance to the head, and as many of that to the tail; of "
        "a predicate, of that to it; 0: none",
        between(0, 65536));
    field("farthest", farthest, "of a pair or a predicate: longer distances count as this one",
          between(1, 1 << 20));
    field("pooling", pooling,
          "of a pair: max: a filter's strongest answer; piecewise: before, between and behind the "
          "mentions each",
          one_of({"max", "piecewise"}));
    field("mentions", mentions, "of a pair: filters over the mean words of head and tail; 0: none",
          between(0, 65536));
  }
};

}  // namespace inkling::cnn
