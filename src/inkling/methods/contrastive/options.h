// Options of contrastive sentence pretraining.
#pragma once

#include "inkling/config/plugin.h"

namespace inkling::contrastive {

inline constexpr PluginInfo kInfo = {
    "contrastive",
    "an encoder that tells a text from others though words and numbers were dropped from both",
    "plenty of text and no labels: where another training starts, or new classes by their "
    "centroids",
    "Gao et al. 2021 (SimCSE, unsupervised); InfoNCE: van den Oord et al. 2018",
    "closed form, class-equivariant, self-supervised",
};

struct Options {
  double temperature = 0.05;
  double word_dropout = 0.1;

  template <class Visitor>
  void fields(Visitor& field) {
    field("temperature", temperature, "what cosines are divided by, in training and in answers",
          positive());
    field("word-dropout", word_dropout,
          "share of a text's words left out of each of its two readings, beside the encoder's own "
          "--dropout",
          between(0, 0.99));
  }
};

}  // namespace inkling::contrastive
