// Metric methods: what must hold of their answers whatever they have learned.
#include <gtest/gtest.h>

#include "inkling/methods/induction/routing.h"
#include "inkling/methods/method_registry.h"
#include "tests/oracle/toy_problems.h"

namespace inkling {
namespace {

constexpr std::int64_t kFeatures = 4;

/// Two episodes of three classes with the shots given, in features; the support in an order.
Record episodes(const std::vector<std::int64_t>& classes, const std::vector<std::int64_t>& order) {
  constexpr std::int64_t kQueries = 5;
  const auto count = static_cast<std::int64_t>(classes.size());
  const Tensor places = tensor_of(order);
  Record record;
  record.classes = 3;
  record.support = {
      2, count, {}, normal(Key{1}, {2, count, kFeatures}, at::kDouble).index_select(1, places)};
  record.support_targets.classes =
      tensor_of(classes).index_select(0, places).unsqueeze(0).expand({2, -1});
  record.query = {2, kQueries, {}, normal(Key{2}, {2, kQueries, kFeatures}, at::kDouble)};
  record.query_targets.classes = at::zeros({2, kQueries}, at::kLong);
  return record;
}

std::unique_ptr<Method> method_of(const std::string& name,
                                  const std::map<std::string, std::string>& values = {}) {
  PluginOptions options = plugin_named(methods_options(), "method", name).make_options();
  set_fields(options.fields(), values);
  return make_method(name, options);
}

Tensor answer(const Method& method, const Record& record) {
  const toy::Identity model(kFeatures);
  Context context;
  context.hyper = method.hyper(at::kDouble);
  return method.curve(model, method.init(model, Key{3}), record, context).back();
}

TEST(Oracle, MatchingAtOneShotIsCosineProtoNetOfUnitScale) {
  const Record record = episodes({0, 1, 2}, {0, 1, 2});
  const Tensor matching =
      answer(*method_of("matching", {{"logit-scale", "1"}, {"learn-scale", "false"}}), record);
  const Tensor cosine = answer(*method_of("protonet", {{"distance", "cosine"}}), record);
  EXPECT_TRUE(at::allclose(matching, cosine.log_softmax(-1), 1e-12, 1e-13));
  EXPECT_TRUE(at::allclose(answer(*method_of("matching", {{"logit-scale", "4"}}), record),
                           (4 * cosine).log_softmax(-1), 1e-12, 1e-13));
}

TEST(Oracle, MatchingSumsTheAttentionOfAClass) {
  // One query at cosines 1, 0 and -1 to examples of classes 0, 1 and 0.
  Record record;
  record.classes = 2;
  record.support = {1, 3, {}, toy::numbers({2, 0, 0, 3, -1, 0}, {1, 3, 2})};
  record.support_targets.classes = tensor_of(std::vector<std::int64_t>{0, 1, 0}).reshape({1, 3});
  record.query = {1, 1, {}, toy::numbers({5, 0}, {1, 1, 2})};
  record.query_targets.classes = at::zeros({1, 1}, at::kLong);
  const Tensor scores =
      answer(*method_of("matching", {{"logit-scale", "1"}, {"learn-scale", "false"}}), record);
  const double e = std::exp(1.0);
  EXPECT_NEAR(scores[0][0][0].exp().item<double>(), (e + 1 / e) / (e + 1 + 1 / e), 1e-14);
  EXPECT_NEAR(scores.exp().sum().item<double>(), 1, 1e-14);
}

void expect_order_of_support_means_nothing(const std::string& method) {
  const std::vector<std::int64_t> classes = {0, 0, 0, 1, 1, 2};
  const Tensor plain = answer(*method_of(method), episodes(classes, {0, 1, 2, 3, 4, 5}));
  EXPECT_TRUE(at::allclose(answer(*method_of(method), episodes(classes, {5, 1, 4, 0, 3, 2})), plain,
                           1e-12, 1e-13));
  // The features do matter, and the classes of the examples too.
  EXPECT_FALSE(at::allclose(
      answer(*method_of(method), episodes({0, 1, 2, 0, 1, 2}, {0, 1, 2, 3, 4, 5})), plain));
}

TEST(Oracle, RelationOrderOfSupport) {
  expect_order_of_support_means_nothing("relation");
}

TEST(Oracle, InductionOrderOfSupport) {
  expect_order_of_support_means_nothing("induction");
}

TEST(Oracle, InductionRoutingCoefficientsSumToOne) {
  const Tensor examples = normal(Key{4}, {2, 6, kFeatures}, at::kDouble);
  const Tensor classes = tensor_of(std::vector<std::int64_t>{0, 0, 0, 1, 1, 2, 2, 1, 0, 0, 0, 0});
  const Tensor member = at::one_hot(classes.reshape({2, 6}), 3).to(at::kDouble);
  for (const std::int64_t iterations : {1, 3, 10}) {
    const induction::Routed routed = induction::route(examples, member, iterations);
    EXPECT_TRUE(
        at::allclose(routed.coefficients.sum(1), at::ones({2, 3}, at::kDouble), 1e-14, 1e-14));
    EXPECT_TRUE((routed.coefficients.masked_select(member == 0) == 0).all().item<bool>());
    EXPECT_TRUE((routed.classes.norm(2, {-1}) < 1).all().item<bool>());
  }
}

}  // namespace
}  // namespace inkling
