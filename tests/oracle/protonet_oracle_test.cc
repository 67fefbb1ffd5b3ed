// Prototypical networks are a linear classifier whose weights are known.
#include <gtest/gtest.h>

#include "inkling/methods/method_registry.h"
#include "tests/oracle/toy_problems.h"

namespace inkling {
namespace {

/// Prototypes (1, 2) and (-1, 0), the query (1, 1).
Record two_prototypes() {
  Record record;
  record.classes = 2;
  record.support = {1, 2, {}, toy::numbers({1, 2, -1, 0}, {1, 2, 2})};
  record.support_targets.classes = tensor_of(std::vector<std::int64_t>{0, 1}).reshape({1, 2});
  record.query = {1, 1, {}, toy::numbers({1, 1}, {1, 1, 2})};
  record.query_targets.classes = tensor_of(std::vector<std::int64_t>{0}).reshape({1, 1});
  return record;
}

std::unique_ptr<Method> protonet(const std::map<std::string, std::string>& values) {
  PluginOptions options = plugin_named(methods_options(), "method", "protonet").make_options();
  set_fields(options.fields(), values);
  return make_method("protonet", options);
}

Tensor answer(const std::map<std::string, std::string>& values) {
  const auto method = protonet(values);
  Context context;
  context.hyper = method->hyper(at::kDouble);
  return method->curve(toy::Identity(), {}, two_prototypes(), context).back();
}

TEST(Oracle, ProtoNet) {
  EXPECT_NEAR(answer({}).softmax(-1)[0][0][0].item<double>(), .98201379, 1e-8);
}

TEST(Oracle, ProtoNetIsLinear) {
  // W = 2c, b = -|c|^2: scores that differ from -|x - c|^2 by |x|^2, the same for every class.
  const Tensor scores = answer({})[0][0];
  EXPECT_NEAR(scores[0].item<double>() + 2, 2 * (1 * 1 + 2 * 1) - 5, 1e-12);
  EXPECT_NEAR(scores[1].item<double>() + 2, 2 * (-1 * 1 + 0 * 1) - 1, 1e-12);
}

TEST(Oracle, ProtoNetCosine) {
  const Tensor scores = answer({{"distance", "cosine"}})[0][0];
  EXPECT_NEAR(scores[0].item<double>(), 3 / std::sqrt(2.0 * 5), 1e-12);
  EXPECT_NEAR(scores[1].item<double>(), -1 / std::sqrt(2.0), 1e-12);
}

TEST(Oracle, SemiSupervisedProtoNet) {
  // Prototypes 0 and 2 of one example each, one more at .5 without its label (Ren et al. 2018).
  Record record;
  record.classes = 2;
  record.support = {1, 3, {}, toy::numbers({0, 2, .5}, {1, 3, 1})};
  record.support_targets.classes = tensor_of(std::vector<std::int64_t>{0, 1, -1}).reshape({1, 3});
  record.query = {1, 1, {}, toy::numbers({0}, {1, 1, 1})};
  record.query_targets.classes = tensor_of(std::vector<std::int64_t>{0}).reshape({1, 1});
  const auto method = protonet({{"refine", "soft"}});
  Context context;
  context.hyper = method->hyper(at::kDouble);
  const Tensor points =
      method->adapt(toy::Identity(), {}, record, context).params.at("head.prototypes");
  const double share = 1 / (1 + std::exp(-2.0));
  EXPECT_NEAR(share, .880797, 1e-6);
  EXPECT_NEAR(points[0][0].item<double>(), .2341553, 1e-7);
  EXPECT_NEAR(points[1][0].item<double>(), 1.8402395, 1e-7);
  EXPECT_NEAR(points[0][0].item<double>(), share * .5 / (1 + share), 1e-14);
  // A query at the origin is as near to them as the method says.
  const Tensor scores = method->curve(toy::Identity(), {}, record, context).back()[0][0];
  EXPECT_NEAR(scores[0].item<double>(), -.2341553 * .2341553, 1e-7);
  EXPECT_NEAR(scores[1].item<double>(), -1.8402395 * 1.8402395, 1e-6);
}

}  // namespace
}  // namespace inkling
