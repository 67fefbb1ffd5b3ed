// Options of the averaging encoder.
#pragma once

#include <cstdint>
#include <string>

#include "inkling/config/plugin.h"

namespace inkling::average {

inline constexpr PluginInfo kInfo = {
    "average",
    "the weighted mean of a text's word (and n-gram) vectors",
    "short or long texts whose words carry the answer; the fastest by far",
    "Joulin et al. 2017; Arora et al. 2017 (SIF)",
    "linear input",
};

struct Options {
  std::int64_t dimensions = 128;
  std::string weighting = "none";
  double sif = 0.001;
  std::string vectors = {};
  bool tune_vectors = true;
  std::int64_t learned_dimensions = 0;
  bool centre_vectors = false;
  double scale = 0.05;
  double vector_scale = 0;
  std::string norm = "l1";
  bool binary = false;
  double dropout = 0;
  bool fixed_head = false;

  template <class Visitor>
  void fields(Visitor& field) {
    field("dimensions", dimensions, "numbers a word; with vectors, theirs", between(1, 65536));
    field("weighting", weighting, "weight of a word in the mean: none (all 1), idf, or sif",
          one_of({"none", "idf", "sif"}));
    field("sif", sif, "a of the SIF weight a / (a + frequency)", positive());
    field("norm", norm,
          "what a text's weights are divided by: their sum (l1, a mean), or the root of the sum "
          "of their squares (l2: long and short texts vary alike)",
          one_of({"l1", "l2"}));
    field("binary", binary, "a word counts once in a text, however often it stands there");
    field("vectors", vectors,
          "pretrained word vectors: NAME of the catalogue, a file, or A+B for both side by side");
    field("tune-vectors", tune_vectors, "whether training moves the word vectors");
    field("learned-dimensions", learned_dimensions,
          "numbers a word learned beside its pretrained vector, which then stays as it is",
          between(0, 65536));
    field("centre-vectors", centre_vectors,
          "shift pretrained vectors so that the mean training text is zero");
    field("scale", scale, "new vectors are drawn from [-scale, scale]", between(0, 1000),
          Differentiable{Bijection::log, 1e-6, 1e3});
    field("vector-scale", vector_scale,
          "pretrained vectors are scaled until the root mean square of their numbers is this; 0: "
          "as scale",
          between(0, 1000));
    field("dropout", dropout, "share of the mean's numbers dropped while training",
          between(0, 0.99));
    field("fixed-head", fixed_head,
          "the head's weights stay the identity: a word has a number a class, the model is linear "
          "(dimensions: the classes; 1 of two)");
  }
};

}  // namespace inkling::average
