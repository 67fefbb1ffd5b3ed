#include "inkling/methods/svm/svm.h"

#include <gtest/gtest.h>

#include "inkling/tensor/test_help.h"
#include "tests/oracle/toy_problems.h"

namespace inkling::svm {
namespace {

using testing_help::distance;
using testing_help::error_of;
using testing_help::numbers;

/// Class 0 right of zero but for one example, class 1 left of it.
Record points(const std::vector<std::int64_t>& classes = {0, 0, 0, 1}) {
  Record record;
  record.support = {1, 4, {}, numbers({1, 2, -.5, -1}, {1, 4, 1})};
  record.support_targets.classes = tensor_of(classes).unsqueeze(0);
  record.query = {1, 1, {}, numbers({3}, {1, 1, 1})};
  record.query_targets.classes = tensor_of(std::vector<std::int64_t>{0}).unsqueeze(0);
  record.classes = 2;
  return record;
}

Tensor scores(const Options& options, const Record& record) {
  const auto method = make(options);
  const toy::Identity model;
  Context context;
  context.hyper = method->hyper(at::kDouble);
  return method->curve(model, method->init(model, Key{}), record, context).back()[0][0];
}

TEST(Svm, AnExampleWeighsNoMoreThanThePenaltyAllows) {
  // w_0 = -w_1 = w: the sum of hinges max(0, 1 - 2 y w x) has slope -2 (1 + 2 - .5 + 1) at 0.
  const double penalty = .01;
  EXPECT_NEAR(scores({.penalty = penalty}, points())[0].item<double>(), 3 * penalty * 3.5, 1e-12);
  // Where both examples at distance one reach the margin, w = 1/2, however dear the one beyond is.
  EXPECT_NEAR(scores({.penalty = 1}, points())[0].item<double>(), 3 * .5, 1e-10);
}

TEST(Svm, ScoresAreScaled) {
  EXPECT_LT(distance(scores({.logit_scale = 7}, points()), 7 * scores({}, points())), 1e-12);
}

TEST(Svm, ASupportThatLacksAClassIsRefused) {
  const Error error = error_of([] { scores({}, points({1, 1, 1, 1})); });
  EXPECT_EQ(error.kind(), ErrorKind::data);
  EXPECT_TRUE(error.message().starts_with("class 0 has 0 of the 4 examples")) << error.message();
}

TEST(Svm, ATaskWithoutClassesIsRefused) {
  Record record = points();
  record.support_targets = {{}, numbers({1, 2, 3, 4}, {1, 4, 1})};
  const Error error = error_of([&] { scores({}, record); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_EQ(error.where().field, "method");
}

}  // namespace
}  // namespace inkling::svm
