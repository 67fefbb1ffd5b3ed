// A student's pilot step, and what its teacher learns from it.
#pragma once

#include <functional>

#include "inkling/bilevel/problem.h"

namespace inkling::metadistil {

/// A number, of the student's parameters and the teacher's.
using Lesson = std::function<Tensor(const Params& student, const Params& teacher)>;
/// A number, of the student's parameters: the loss on examples that the teacher does not see.
using Quiz = std::function<Tensor(const Params& student)>;

struct PilotFeedback {
  double quiz = 0;  ///< the student's after the pilot step
  Params teacher;   ///< gradient of that
};

/// The gradient of quiz(student - rate * dlesson/dstudent) with respect to the teacher, through the
/// step: one step of an inner problem (bilevel/reverse).
/// Source: Zhou, Xu, McAuley 2022, eq. 4 to 6.
PilotFeedback pilot_feedback(const Lesson& lesson, const Quiz& quiz, const Params& student,
                             const Params& teacher, double rate);

/// How much quiz(student) rises by the step along a lesson that does not depend on the teacher:
/// what the teacher's gradient of the lesson's log-likelihood is multiplied by. Source: Pham et al.
/// 2021, section 2 and appendix A (REINFORCE, the loss before the step as its baseline).
double pilot_rise(const std::function<Tensor(const Params& student)>& lesson, const Quiz& quiz,
                  const Params& student, double rate);

}  // namespace inkling::metadistil
