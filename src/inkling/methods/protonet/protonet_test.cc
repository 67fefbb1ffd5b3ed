#include "inkling/methods/protonet/protonet.h"

#include <gtest/gtest.h>

#include "inkling/tensor/test_help.h"
#include "tests/oracle/toy_problems.h"

namespace inkling::protonet {
namespace {

using testing_help::distance;
using testing_help::error_of;
using testing_help::numbers;

/// Features are the units' numbers: class 0 at 0 and 2, class 1 at 5; queries 1 and 4.
Record points() {
  Record record;
  record.support = {1, 3, {}, numbers({0, 2, 5}, {1, 3, 1})};
  record.support_targets.classes = tensor_of(std::vector<std::int64_t>{0, 0, 1}).reshape({1, 3});
  record.query = {1, 2, {}, numbers({1, 4}, {1, 2, 1})};
  record.query_targets.classes = tensor_of(std::vector<std::int64_t>{0, 1}).reshape({1, 2});
  record.classes = 2;
  return record;
}

Tensor scores(const Options& options, const Record& record) {
  const auto method = make(options);
  Context context;
  context.hyper = method->hyper(at::kDouble);
  return method->curve(toy::Identity(), {}, record, context).back()[0];
}

TEST(ProtoNet, ScoresAreSquaredDistancesToTheMeanOfAClass) {
  EXPECT_LT(distance(scores({}, points()), numbers({0, -16, -9, -1}, {2, 2})), 1e-14);
  EXPECT_LT(distance(scores({.logit_scale = .25}, points()), numbers({0, -4, -2.25, -.25}, {2, 2})),
            1e-14);
}

TEST(ProtoNet, CosinesAreOfDirectionsAlone) {
  Record record = points();
  record.support.dense = numbers({1, 0, 3, 0, 0, 7}, {1, 3, 2});
  record.query.dense = numbers({3, 4, 0, 0}, {1, 2, 2});
  EXPECT_LT(distance(scores({.distance = "cosine", .logit_scale = 10}, record),
                     numbers({6, 8, 0, 0}, {2, 2})),
            1e-13);
}

TEST(ProtoNet, ThePredictorHoldsPrototypesAndTheScale) {
  const auto method = make({.logit_scale = .25});
  Context context;
  context.hyper = method->hyper(at::kDouble);
  const Adapted adapted = method->adapt(toy::Identity(), {}, points(), context);
  EXPECT_EQ(adapted.head, "euclidean");
  EXPECT_EQ(adapted.scale, .25);
  EXPECT_TRUE(at::equal(adapted.params.at("head.prototypes"), numbers({1, 5}, {2, 1})));
  context.hyper.set("logit_scale", testing_help::number(.5));
  EXPECT_EQ(method->adapt(toy::Identity(), {}, points(), context).scale, .5);
}

TEST(ProtoNet, LearnsNoHead) {
  const auto method = make({});
  EXPECT_EQ(method->init(toy::TwoFactors(), Key{}).names(), std::vector<std::string>{"encoder.w1"});
}

TEST(ProtoNet, AnEmptySupportIsRefusedNamingMethodsThatTakeIt) {
  Record record = points();
  record.support = {1, 0, {}, numbers({}, {1, 0, 1})};
  const Error error = error_of([&] { scores({}, record); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_NE(error.hint().find("maml"), std::string::npos);
  EXPECT_EQ(error.hint().find("protonet"), std::string::npos);
}

TEST(ProtoNet, AClassWithoutAnExampleIsRefusedByItsNumber) {
  Record record = points();
  record.classes = 3;
  const Error error = error_of([&] { scores({}, record); });
  EXPECT_EQ(error.kind(), ErrorKind::data);
  EXPECT_EQ(error.where().field, "support");
  EXPECT_TRUE(error.message().starts_with("class 2 has 0 of the 3 examples")) << error.message();
}

TEST(ProtoNet, ATaskWithoutClassesIsRefusedNamingMethodsThatTakeIt) {
  Record record = points();
  record.support_targets = {{}, numbers({0, 0, 1}, {1, 3, 1})};
  const Error error = error_of([&] { scores({}, record); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_EQ(error.where().field, "method");
  EXPECT_NE(error.hint().find("maml"), std::string::npos);
}

}  // namespace
}  // namespace inkling::protonet
