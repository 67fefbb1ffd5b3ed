// Options of meta-distillation.
#pragma once

#include "inkling/methods/supervised/options.h"

namespace inkling::metadistil {

inline constexpr PluginInfo kInfo = {
    "metadistil",
    "a student whose teacher learns from how the student fares on validation examples",
    "a student of a teacher's targets, and some hundred labels beside the teacher's own",
    "Zhou et al. 2022 (MetaDistil); Pham et al. 2021 (Meta Pseudo Labels)",
    "inner loop, zero shot, clean examples",
};

struct Options : supervised::Options {
  std::string feedback = "soft";
  double pilot_rate = 0.5;
  std::int64_t quiz_batch = 64;
  double teacher_speed = 1;
  bool learn_temperature = false;

  template <class Visitor>
  void fields(Visitor& field) {
    field("feedback", feedback,
          "how the teacher hears of the student's pilot step: soft, through the probabilities that "
          "it took (MetaDistil); sampled, whether labels drawn from them helped (Meta Pseudo "
          "Labels)",
          one_of({"soft", "sampled"}));
    field("pilot-rate", pilot_rate, "rate of the student's pilot step", positive());
    field("quiz-batch", quiz_batch, "validation examples that a pilot step is judged by",
          between(1, 1e9));
    field("teacher-speed", teacher_speed,
          "times the outer learning rate at which the teacher moves; 0: it stays as it is",
          between(0, 1e6));
    field("learn-temperature", learn_temperature,
          "whether the temperature of the targets is learned with the teacher");
    supervised::Options::fields(field);
  }
};

}  // namespace inkling::metadistil
