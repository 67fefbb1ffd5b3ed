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

}  // namespace
}  // namespace inkling
