// Options of prototypical networks.
#pragma once

#include <string>

#include "inkling/config/plugin.h"

namespace inkling::protonet {

inline constexpr PluginInfo kInfo = {
    "protonet",
    "an encoder in whose space the mean of a class's few examples stands for the class",
    "new classes at test time; the plain strong choice, adapting costs one forward pass",
    "Snell et al. 2017; Ren et al. 2018",
    "closed form, class-equivariant",
};

struct Options {
  std::string distance = "euclidean";
  double logit_scale = 1;
  std::string refine = "none";
  std::int64_t refine_steps = 1;
  double distractor_radius = 1;
  bool transductive = false;
  std::string none = "no";
  std::int64_t none_vectors = 20;
  bool read_descriptions = false;

  template <class Visitor>
  void fields(Visitor& field) {
    field("distance", distance, "how far a query is from a prototype",
          one_of({"euclidean", "cosine"}));
    field("logit-scale", logit_scale, "factor of the scores", positive(),
          Differentiable{Bijection::log, 1e-4, 1e4});
    field("refine", refine,
          "how unlabelled examples move the prototypes: none: not at all; soft: each as far as it "
          "is likely to be of the class; distractor: the same, one more cluster at the origin "
          "taking those of no class; masked: the same, those far from the class left out by a "
          "learned threshold",
          one_of({"none", "soft", "distractor", "masked"}));
    field("refine-steps", refine_steps, "times that they do", between(1, 100));
    field("distractor-radius", distractor_radius,
          "radius of the cluster at the origin, from which training moves it", positive());
    field("transductive", transductive,
          "transductive: the queries of a task count as unlabelled examples too, so that an answer "
          "depends on the other queries");
    field("none", none,
          "whether a query may be of no class, and what says so: threshold: a distance, which the "
          "encoder does not learn by; learned: a distance, learned together with the encoder; "
          "vectors: how near the query is to learned points of no class",
          one_of({"no", "threshold", "learned", "vectors"}));
    field("none-vectors", none_vectors, "such points", between(1, 10000));
    field("read-descriptions", read_descriptions,
          "prototypes in the space of word vectors, from the descriptions of the classes, and from "
          "their examples where there are any");
  }
};

}  // namespace inkling::protonet
