// Options of consistency training.
#pragma once

#include "inkling/methods/supervised/options.h"

namespace inkling::fixmatch {

inline constexpr PluginInfo kInfo = {
    "fixmatch",
    "one model on labelled examples, and on texts without a label that it must answer alike "
    "however "
    "their words are changed",
    "few labels and plenty of texts without one",
    "Sohn et al. 2020",
    "inner loop, zero shot, clean examples, unlabelled texts",
};

struct Options : supervised::Options {
  std::int64_t unlabelled_ratio = 3;
  double unlabelled_weight = 1;
  double least_confidence = 0.95;
  std::int64_t calibration_batch = 64;
  double weak_dropout = 0;
  double strong_dropout = 0.2;
  double strong_masking = 0.2;
  std::string masked_become = "followers";

  template <class Visitor>
  void fields(Visitor& field) {
    field("unlabelled-ratio", unlabelled_ratio,
          "texts without a label that come with each example of a batch", between(1, 1000));
    field("unlabelled-weight", unlabelled_weight, "of their loss, beside that of the examples",
          between(0, 1e6));
    field("least-confidence", least_confidence,
          "calibrated confidence from which on the answer to a text teaches", between(0, 1));
    field("calibration-batch", calibration_batch,
          "validation examples that calibrate the confidence in each step; 0: it is taken at its "
          "word, and none are needed",
          between(0, 1e9));
    field("weak-dropout", weak_dropout,
          "share of the words left out where an answer is taken, and of labelled examples",
          between(0, 0.99));
    field("strong-dropout", strong_dropout,
          "share of the words left out where the model must give that answer again",
          between(0, 0.99));
    field("strong-masking", strong_masking,
          "share of the words masked there, each with another word put back", between(0, 1));
    field("masked-become", masked_become,
          "what is put back: followers: a word that stands after the same word elsewhere in the "
          "batch; words: any word of the batch",
          one_of({"followers", "words"}));
    supervised::Options::fields(field);
  }
};

}  // namespace inkling::fixmatch
