#include "inkling/methods/fixmatch/fixmatch.h"

#include <gtest/gtest.h>

#include "inkling/methods/test_help.h"
#include "inkling/metrics/calibration.h"

namespace inkling::fixmatch {
namespace {

using testing_help::distance;
using testing_help::MethodProblem;
using testing_help::numbers;

/// A batch of 6 labelled examples; behind `clean` of the support's 4 texts with a class stand the
/// others, whose class is not told.
struct Problem : MethodProblem {
  explicit Problem(const std::string& options, std::int64_t clean = 0)
      : MethodProblem(cat("fixmatch ", options)) {
    Tensor classes = record.support_targets.classes.clone();
    classes.narrow(1, clean, classes.size(1) - clean).fill_(-1);
    record.support_targets.classes = classes;
    // From the first parameters all answers are near one half.
    meta.set("head.weight", leaf(meta.at("head.weight") * 8));
  }

  Tensor scores(const Batch& batch) const {
    return model().score(meta, model().encode(meta, batch, {}), {}).detach();
  }
  double labelled_loss() const {
    return model().loss(scores(record.query), record.query_targets, {}).item<double>();
  }
  double loss() const { return meta_loss().item<double>(); }
  double taught() const { return meta_gradient().taught.item<double>(); }
};

/// Of each text -log of its likeliest class's probability, which its own answer is held against
/// where the views are the text itself; and the confidence.
struct Answered {
  Tensor losses;
  Tensor confidence;
};
Answered answered(const Tensor& scores, double temperature = 1) {
  const Tensor confidence = std::get<0>((scores / temperature).softmax(-1).max(-1));
  return {std::get<0>(scores.log_softmax(-1).max(-1)).neg(), confidence};
}

TEST(FixMatch, LearnsFromTheAnswersThatAreSureEnough) {
  const Problem any("least-confidence=0 unlabelled-weight=2.5");
  const Answered all = answered(any.scores(any.record.support));
  EXPECT_NEAR(any.loss(), any.labelled_loss() + 2.5 * all.losses.mean().item<double>(), 1e-12);
  EXPECT_EQ(any.taught(), 1);
  // Between the second and the third of four confidences.
  const Tensor sorted = std::get<0>(all.confidence.reshape({-1}).sort());
  const double between = (sorted[1].item<double>() + sorted[2].item<double>()) / 2;
  const Problem some(cat("least-confidence=", shortest(between)));
  const Tensor sure = all.confidence.ge(between).to(at::kDouble);
  EXPECT_NEAR(some.loss(), some.labelled_loss() + (sure * all.losses).mean().item<double>(), 1e-12);
  EXPECT_EQ(some.taught(), .5);
}

TEST(FixMatch, WithoutSureAnswersItIsSupervisedTraining) {
  const Problem none("least-confidence=1");
  EXPECT_NEAR(none.loss(), none.labelled_loss(), 1e-14);
  EXPECT_EQ(none.taught(), 0);
  const MethodProblem plain("fixmatch");
  const MethodProblem supervised("supervised");
  const auto found = plain.meta_gradient();
  EXPECT_FALSE(found.taught.defined()) << "no text without a label";
  const auto expected = supervised.meta_gradient();
  for (std::size_t i = 0; i < expected.gradients.size(); ++i) {
    EXPECT_LT(distance(found.gradients.at(i), expected.gradients[i]), 1e-14);
  }
}

/// Two examples with a class before two texts without: the answer to the one with the larger margin
/// is right, the other wrong.
struct Calibrated : Problem {
  explicit Calibrated(const std::string& options) : Problem(options, 2) {
    const Tensor first = scores(record.support)[0].narrow(0, 0, 2);
    const Tensor margin = (first.select(1, 1) - first.select(1, 0)).abs();
    const Tensor right = margin.eq(margin.max());
    const Tensor said = first.argmax(1);
    record.support_targets.classes[0].narrow(0, 0, 2).copy_(at::where(right, said, 1 - said));
  }
  double temperature() const {
    const Tensor first = scores(record.support)[0].narrow(0, 0, 2).contiguous();
    const Tensor& classes = record.support_targets.classes;
    Answers answers;
    answers.classes = 2;
    answers.scores.assign(first.const_data_ptr<double>(), first.const_data_ptr<double>() + 4);
    for (int i = 0; i < 2; ++i) {
      answers.truth.push_back(static_cast<std::int32_t>(classes[0][i].item<std::int64_t>()));
    }
    return fit_temperature(std::span(&answers, 1));
  }
};

TEST(FixMatch, TheConfidenceIsCalibratedByTheSupportsLabelledExamples) {
  const Calibrated any("least-confidence=0");
  const double temperature = any.temperature();
  ASSERT_GT(std::abs(temperature - 1), .1);
  const Tensor texts = any.scores(any.record.support).narrow(1, 2, 2);
  const Tensor confidence = answered(texts, temperature).confidence;
  const Tensor as_told = answered(texts).confidence;
  // A threshold that the surest answer passes by one of the two and not by the other.
  const double between = (confidence.max().item<double>() + as_told.max().item<double>()) / 2;
  const auto share = [&](const Tensor& of) {
    return of.ge(between).to(at::kDouble).mean().item<double>();
  };
  ASSERT_NE(share(confidence), share(as_told)) << "this test tells nothing";
  const std::string threshold = cat("least-confidence=", shortest(between));
  EXPECT_EQ(Calibrated(threshold).taught(), share(confidence));
  EXPECT_EQ(Calibrated(cat("calibration-batch=0 ", threshold)).taught(), share(as_told));
}

TEST(FixMatch, TheGradientIsThatOfTheLossWithTheAnswersHeld) {
  const Problem problem("least-confidence=0.6 unlabelled-weight=3");
  ASSERT_GT(problem.taught(), 0);
  const auto found = problem.meta_gradient().gradients;
  std::size_t at = 0;
  for (const auto& [name, value] : problem.meta) {
    if (!value.requires_grad()) continue;
    const Tensor slope = found.at(at++).reshape({-1});
    for (std::int64_t i = 0; i < value.numel(); i += 1 + value.numel() / 5) {
      const auto shifted = [&](double by) {
        Tensor moved = value.detach().clone();
        moved.view({-1})[i] += by;
        return problem.method()
            .meta_loss(problem.model(), problem.meta.merged({{name, moved}}), problem.record,
                       problem.world.context())
            .item<double>();
      };
      EXPECT_NEAR((shifted(1e-6) - shifted(-1e-6)) / 2e-6, slope[i].item<double>(), 1e-7) << name;
    }
  }
}

TEST(FixMatch, ViewsAreDrawnWhileTrainingAlone) {
  const Problem problem("least-confidence=0 strong-masking=0.5 strong-dropout=0.5");
  const auto loss = [&](bool training, std::uint64_t key) {
    Context context = problem.world.context();
    context.training = training;
    context.key = Key{key};
    return problem.method()
        .meta_loss(problem.model(), problem.meta, problem.record, context)
        .item<double>();
  };
  EXPECT_EQ(loss(false, 1), loss(false, 2));
  EXPECT_EQ(loss(true, 1), loss(true, 1));
  EXPECT_NE(loss(true, 1), loss(true, 2));
  EXPECT_NE(loss(true, 1), loss(false, 1));
}

}  // namespace
}  // namespace inkling::fixmatch
