#include "inkling/methods/relation/relation.h"

#include <gtest/gtest.h>

#include "inkling/methods/relation/head.h"
#include "inkling/methods/relations.h"
#include "inkling/tensor/test_help.h"
#include "tests/oracle/toy_problems.h"

namespace inkling::relation {
namespace {

using testing_help::distance;
using testing_help::error_of;
using testing_help::numbers;

/// Class 0 at 0 and 2, class 1 at 5; queries 1 and 4.
Record points() {
  Record record;
  record.support = {1, 3, {}, numbers({0, 2, 5}, {1, 3, 1})};
  record.support_targets.classes = tensor_of(std::vector<std::int64_t>{0, 0, 1}).reshape({1, 3});
  record.query = {1, 2, {}, numbers({1, 4}, {1, 2, 1})};
  record.query_targets.classes = tensor_of(std::vector<std::int64_t>{0, 1}).reshape({1, 2});
  record.classes = 2;
  return record;
}

/// Two hidden units, c - x and x - c, whose sum is |c - x|: r = sigmoid(1 - |c - x|).
Params distance_module() {
  return {{"head.class_weight", numbers({1, -1}, {1, 2})},
          {"head.query_weight", numbers({-1, 1}, {1, 2})},
          {"head.bias", numbers({0, 0}, {2})},
          {"head.output_weight", numbers({-1, -1}, {2, 1})},
          {"head.output_bias", numbers({1}, {1})}};
}

Tensor curve(const Options& options, const Record& record) {
  return make(options)->curve(toy::Identity(1), distance_module(), record, {}).back()[0];
}

Tensor log_sigmoid(const std::vector<double>& values) {
  return at::log_sigmoid(numbers(values, {2, 2}));
}

TEST(Relation, ScoresAreTheModulesOfTheMeanOrTheSum) {
  EXPECT_LT(distance(curve({}, points()), log_sigmoid({1, -3, -2, 0})), 1e-14);
  EXPECT_LT(distance(curve({.class_vector = "sum"}, points()), log_sigmoid({0, -3, -1, 0})), 1e-14);
}

TEST(Relation, TheLossIsTheMeanSquaredErrorOfTheRelationsOrCrossEntropyOfTheAnswer) {
  const Tensor scores = curve({}, points());
  const auto r = [&](std::int64_t query, std::int64_t c) {
    return scores[query][c].exp().item<double>();
  };
  const auto loss = [&](const Options& options) {
    return make(options)
        ->meta_loss(toy::Identity(1), distance_module(), points(), {})[0]
        .item<double>();
  };
  const auto square = [](double x) { return x * x; };
  EXPECT_NEAR(loss({}),
              (square(r(0, 0) - 1) + square(r(0, 1)) + square(r(1, 0)) + square(r(1, 1) - 1)) / 4,
              1e-14);
  EXPECT_NEAR(
      loss({.loss = "cross-entropy"}),
      -(std::log(r(0, 0) / (r(0, 0) + r(0, 1))) + std::log(r(1, 1) / (r(1, 0) + r(1, 1)))) / 2,
      1e-14);
}

TEST(Relation, ThePredictorAnswersAsTheMethodDoes) {
  for (const char* vector : {"mean", "sum"}) {
    const auto method = make({.class_vector = vector});
    const Adapted adapted = method->adapt(toy::Identity(1), distance_module(), points(), {});
    EXPECT_EQ(adapted.head, "relation");
    EXPECT_LT(distance(adapted_scores(toy::Identity(1), adapted, points().query)[0],
                       curve({.class_vector = vector}, points())),
              1e-14);
  }
}

TEST(Relation, StartsFromItsKeyAndFitsTheFeatures) {
  const auto method = make({.hidden = 3});
  const Params meta = method->init(toy::Identity(5), Key{1});
  EXPECT_EQ(meta.at("head.class_weight").sizes(), (std::vector<std::int64_t>{5, 3}));
  EXPECT_TRUE(at::equal(meta.at("head.query_weight"),
                        method->init(toy::Identity(5), Key{1}).at("head.query_weight")));
  EXPECT_FALSE(at::equal(meta.at("head.query_weight"),
                         method->init(toy::Identity(5), Key{2}).at("head.query_weight")));
}

TEST(Relation, StartsAsADistance) {
  const auto method = make({});
  const Params meta = method->init(toy::Identity(1), Key{1});
  const Tensor r = method->curve(toy::Identity(1), meta, points(), {}).back()[0];
  EXPECT_GT(r[0][0].item<double>(), r[0][1].item<double>());
  EXPECT_LT(r[1][0].item<double>(), r[1][1].item<double>());
}

TEST(Relation, ScoresOfHopelessPairsStayFinite) {
  Record record = points();
  record.query.dense = numbers({1e6, -1e6}, {1, 2, 1});
  EXPECT_TRUE(curve({}, record).isfinite().all().item<bool>());
}

TEST(Relation, AnEmptySupportOrAClassWithoutAnExampleIsRefused) {
  Record record = points();
  record.classes = 3;
  EXPECT_EQ(error_of([&] { curve({}, record); }).kind(), ErrorKind::data);
  record.support = {1, 0, {}, numbers({}, {1, 0, 1})};
  EXPECT_EQ(error_of([&] { curve({}, record); }).kind(), ErrorKind::usage);
}

}  // namespace
}  // namespace inkling::relation
