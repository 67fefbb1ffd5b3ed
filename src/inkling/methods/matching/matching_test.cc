#include "inkling/methods/matching/matching.h"

#include <gtest/gtest.h>

#include "inkling/tensor/test_help.h"
#include "tests/oracle/toy_problems.h"

namespace inkling::matching {
namespace {

using testing_help::distance;
using testing_help::error_of;
using testing_help::numbers;

/// Class 0 lies on both axes, class 1 between them: no mean of class 0 is near its examples.
Record two_kinds() {
  Record record;
  record.support = {1, 3, {}, numbers({1, 0, 0, 1, 1, 1}, {1, 3, 2})};
  record.support_targets.classes = tensor_of(std::vector<std::int64_t>{0, 0, 1}).reshape({1, 3});
  record.query = {1, 2, {}, numbers({3, .1, 2, 2}, {1, 2, 2})};
  record.query_targets.classes = tensor_of(std::vector<std::int64_t>{0, 1}).reshape({1, 2});
  record.classes = 2;
  return record;
}

struct Made {
  std::unique_ptr<Method> method;
  Params meta;
  Context context;
};

Made made(const Options& options) {
  Made all{make(options), {}, {}};
  all.meta = all.method->init(toy::Identity(2), Key{});
  all.context.hyper = all.method->hyper(at::kDouble);
  return all;
}

TEST(Matching, TheNearestExamplesDecideAndNotTheirMean) {
  const Made with = made({.logit_scale = 20});
  const Tensor scores =
      with.method->curve(toy::Identity(2), with.meta, two_kinds(), with.context).back()[0];
  EXPECT_GT(scores[0][0].item<double>(), scores[0][1].item<double>());
  EXPECT_LT(scores[1][0].item<double>(), scores[1][1].item<double>());
}

TEST(Matching, LearnsItsScaleUnlessToldNotTo) {
  EXPECT_TRUE(made({}).meta.contains("head.log_scale"));
  EXPECT_TRUE(made({.learn_scale = false}).meta.empty());
  Made with = made({.logit_scale = 3});
  with.meta.set("head.log_scale", leaf(with.meta.at("head.log_scale")));
  const auto found =
      with.method->meta_gradient(toy::Identity(2), with.meta, two_kinds(), with.context);
  EXPECT_GT(std::abs(found.gradients.at(0).item<double>()), 1e-3);
}

TEST(Matching, ThePredictorHoldsTheSupportAndTheScale) {
  for (const bool learned : {true, false}) {
    const Made with = made({.logit_scale = 3, .learn_scale = learned});
    const Record record = two_kinds();
    const Adapted adapted = with.method->adapt(toy::Identity(2), with.meta, record, with.context);
    EXPECT_EQ(adapted.head, "matching");
    EXPECT_NEAR(adapted.scale, 3, 1e-14);
    EXPECT_EQ(adapted.params.names(), (std::vector<std::string>{"head.support", "head.member"}));
    EXPECT_LT(
        distance(adapted_scores(toy::Identity(2), adapted, record.query),
                 with.method->curve(toy::Identity(2), with.meta, record, with.context).back()),
        1e-13);
  }
}

TEST(Matching, AnswersStayFiniteInFloat32WhereTheScaleIsLarge) {
  const Made with = made({.logit_scale = 1000, .learn_scale = false});
  Record record = two_kinds();
  record.support.dense = record.support.dense.to(at::kFloat);
  record.query.dense = record.query.dense.to(at::kFloat);
  const Tensor scores = with.method->curve(toy::Identity(2), {}, record, with.context).back()[0];
  EXPECT_TRUE(scores.isfinite().all().item<bool>());
}

TEST(Matching, AClassWithoutAnExampleIsRefused) {
  Record record = two_kinds();
  record.classes = 3;
  const Made with = made({});
  const auto ask = [&] { with.method->curve(toy::Identity(2), with.meta, record, with.context); };
  EXPECT_EQ(error_of(ask).kind(), ErrorKind::data);
  EXPECT_NE(error_of(ask).message().find("class 2"), std::string::npos);
}

}  // namespace
}  // namespace inkling::matching
