// What `inkling distill` is asked for: the [distill] section of a configuration and its flags.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "inkling/config/fields.h"

namespace inkling {

/// The section of a configuration file that holds them; other commands read over it.
constexpr const char* kDistillSection = "distill";

/// Students one after the other, at most.
constexpr std::int64_t kMostRounds = 100;

struct DistillOptions {
  std::string stage = "all";
  std::vector<std::string> teacher = {"nb"};
  std::vector<std::string> transfer;
  std::string overlap = "refuse";
  std::int64_t labels = 0;
  std::int64_t folds = 5;
  std::vector<std::string> penalties = {"10", "3", "1", "0.3", "0.1", "0.03", "0.01"};
  std::int64_t teacher_words = 100000;
  std::int64_t teacher_ngrams = 2;
  std::int64_t teacher_buckets = 1 << 20;
  std::string targets = "soft";
  std::int64_t rounds = 1;
  std::vector<std::string> surest;
  double soften = 1;
  double label_share = 0.5;
  std::vector<std::string> thresholds;
  std::string weigh = "none";
  std::int64_t alone_epochs = 0;

  template <class Visitor>
  void fields(Visitor& field) {
    field("stage", stage, "one of the stages, or all of them",
          one_of({"all", "teacher", "label", "student", "rounds", "evaluate"}));
    field("teacher", teacher,
          "nb or tfidf (logistic regression on n-grams), average, a TOML file of a training's "
          "options, or a model directory; several are an ensemble");
    field("transfer", transfer,
          "unlabelled texts: a .txt file with one a line, .jsonl, or any other data");
    field("overlap", overlap,
          "a transfer text that stands in the test data: refuse it, or leave it out",
          one_of({"refuse", "leave-out"}));
    field("labels", labels,
          "for experiments: keep so many labels of the training data, as many of each class, drawn "
          "from the seed; the other texts are transfer texts. 0: all",
          between(0, 1e9));
    field("folds", folds,
          "parts of the labelled texts, of which each is answered by a teacher trained on the "
          "others; 0: none, and labels are taken at their word",
          between(0, 100));
    field(
        "penalties", penalties,
        "of nb and tfidf, strengths of the penalty on the weights' squares, divided by the number "
        "of labels; the one whose held-out answers are the likeliest is taken");
    field("teacher-words", teacher_words, "words that nb and tfidf know", between(3, 1 << 28));
    field("teacher-ngrams", teacher_ngrams, "their longest run of words", between(1, 8));
    field("teacher-buckets", teacher_buckets, "their hash buckets of runs of words",
          between(1, 1 << 24));
    field(
        "targets", targets,
        "what the student is shown of a transfer text: the probabilities, the likeliest label, or "
        "none: the text alone, for a method that reads texts without a label",
        one_of({"soft", "hard", "none"}));
    field("rounds", rounds,
          "students, one after the other: each labels the transfer set anew for the next, with its "
          "confidence calibrated on what is held out",
          between(1, kMostRounds));
    field(
        "surest", surest,
        "of the transfer texts of each predicted label, the share that a round's student is shown, "
        "those that its teacher is surest of: a number for each round, of which the last goes on; "
        "empty: all");
    field("soften", soften, "temperature at which the student is held against the probabilities",
          positive());
    field("label-share", label_share,
          "of a text with a label, the part of the loss that is the label's; the rest is the "
          "teacher's. A corrected label has all of it",
          between(0, 1));
    field("thresholds", thresholds,
          "leave out texts of which the teacher is less sure: a probability, or LABEL=PROBABILITY "
          "of each");
    field("weigh", weigh,
          "how texts weigh in the student's loss: all alike, or by how far the teacher is from "
          "guessing",
          one_of({"none", "confidence"}));
    field("alone-epochs", alone_epochs,
          "passes over the labels of the student that sees them alone; 0: as many steps as the "
          "student's",
          between(0, 1e9));
  }
};

}  // namespace inkling
