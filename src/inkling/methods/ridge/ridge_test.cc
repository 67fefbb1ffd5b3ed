#include "inkling/methods/ridge/ridge.h"

#include <gtest/gtest.h>

#include "inkling/tensor/test_help.h"
#include "tests/oracle/toy_problems.h"

namespace inkling::ridge {
namespace {

using testing_help::distance;
using testing_help::error_of;
using testing_help::numbers;

/// A support in the plane with these classes; the query is the support.
Record points(const Tensor& x, const std::vector<std::int64_t>& classes) {
  Record record;
  record.support = {1, x.size(0), {}, x.unsqueeze(0)};
  record.support_targets.classes = tensor_of(classes).unsqueeze(0);
  record.query = record.support;
  record.query_targets = record.support_targets;
  record.classes = 2;
  return record;
}

Record three() {
  return points(numbers({1, 0, 0, 2, 3, 1}, {3, 2}), {0, 1, 0});
}

struct Rule {
  explicit Rule(const Options& options) : method(make(options)), meta(method->init(model, Key{})) {}

  Tensor scores(const Record& record) const {
    return method->curve(model, meta, record, {}).back()[0];
  }
  Adapted adapted(const Record& record) const { return method->adapt(model, meta, record, {}); }

  std::unique_ptr<Method> method;
  toy::Identity model;
  Params meta;
};

TEST(Ridge, ScoresAreScaledAndShifted) {
  Rule rule({.lambda = .5});
  const Tensor plain = rule.scores(three());
  rule.meta.set("ridge.log_scale", toy::number(std::log(3)));
  rule.meta.set("ridge.bias", toy::number(.25));
  EXPECT_LT(distance(rule.scores(three()), 3 * plain + .25), 1e-14);
  EXPECT_LT(distance(Rule({.lambda = .5, .logit_scale = 3}).scores(three()), 3 * plain), 1e-14);
}

TEST(Ridge, AnInterceptIsAConstantFeature) {
  const Record plain = three();
  Record wider = plain;
  for (Batch* batch : {&wider.support, &wider.query}) {
    batch->dense = at::constant_pad_nd(batch->dense, {0, 1}, 1);
  }
  const Rule rule({.intercept = true});
  EXPECT_LT(distance(rule.scores(plain), Rule({}).scores(wider)), 1e-14);
  const Adapted adapted = rule.adapted(plain);
  EXPECT_EQ(adapted.params.at("head.weight").sizes(), (at::IntArrayRef{2, 2}));
  EXPECT_GT(adapted.params.at("head.bias").abs().max().item<double>(), .01);
}

TEST(Ridge, LearnsThePenaltyWhereThereIsOne) {
  EXPECT_EQ(Rule({}).meta.names(),
            (std::vector<std::string>{"ridge.log_lambda", "ridge.log_scale", "ridge.bias"}));
  EXPECT_FALSE(Rule({.lambda = 0}).meta.contains("ridge.log_lambda"));
  EXPECT_LT(distance(Rule({.lambda = 4}).meta.at("ridge.log_lambda").exp(), toy::number(4)), 1e-14);
}

TEST(Ridge, FitsNumbersToo) {
  Record record = three();
  record.support_targets = {{}, numbers({1, 4, 5}, {1, 3, 1})};
  record.classes = 0;
  // y = x1 + 2 x2 on all three.
  EXPECT_LT(distance(Rule({.lambda = 0}).scores(record), numbers({1, 4, 5}, {3, 1})), 1e-13);
}

TEST(Ridge, ASupportThatLacksAClassIsRefused) {
  const Error error =
      error_of([] { Rule({}).scores(points(numbers({1, 0, 0, 2}, {2, 2}), {0, 0})); });
  EXPECT_EQ(error.kind(), ErrorKind::data);
  EXPECT_TRUE(error.message().starts_with("class 1 has 0 of the 2 examples")) << error.message();
}

TEST(Ridge, AnEmptySupportIsRefused) {
  EXPECT_EQ(error_of([] { Rule({}).scores(points(numbers({}, {0, 2}), {})); }).kind(),
            ErrorKind::usage);
}

TEST(Ridge, ARepeatedExampleWithoutAPenaltyIsSingular) {
  const Record record = points(numbers({1, 2, 1, 2}, {2, 2}), {0, 1});
  const Error error = error_of([&] { Rule({.lambda = 0}).adapted(record); });
  EXPECT_EQ(error.kind(), ErrorKind::numeric);
  EXPECT_NE(error.hint().find("--lambda"), std::string::npos);
}

}  // namespace
}  // namespace inkling::ridge
