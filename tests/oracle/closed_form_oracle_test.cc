// Methods whose adaptation is one solve, on supports whose solution is known.
#include <gtest/gtest.h>

#include "inkling/methods/method_registry.h"
#include "inkling/tensor/test_help.h"
#include "tests/oracle/toy_problems.h"

namespace inkling {
namespace {

using testing_help::distance;
using Values = std::map<std::string, std::string>;

/// A support of one example a class with these features; the query is the support.
Record one_each(const Tensor& x) {
  Record record;
  record.classes = x.size(1);
  record.support = {1, x.size(1), {}, x};
  record.support_targets.classes = at::arange(x.size(1)).reshape({1, -1});
  record.query = record.support;
  record.query_targets = record.support_targets;
  return record;
}

/// The weights [H, C] that the method leaves.
Tensor weights(const std::string& name, const Values& values, const Record& record) {
  PluginOptions options = plugin_named(methods_options(), "method", name).make_options();
  set_fields(options.fields(), values);
  const auto method = make_method(name, options);
  Context context;
  context.hyper = method->hyper(at::kDouble);
  const toy::Identity model;
  return method->adapt(model, method->init(model, Key{}), record, context).params.at("head.weight");
}

TEST(Oracle, Ridge) {
  const Record record = one_each(toy::numbers({1, 0, 2, 0, 1, 1}, {1, 2, 3}));
  const Tensor expected = toy::numbers({3. / 14, -1. / 7, -1. / 7, 3. / 7, 2. / 7, 1. / 7}, {3, 2});
  EXPECT_LT(distance(weights("ridge", {{"lambda", "1"}}, record), expected), 1e-14);
}

TEST(Oracle, MetaOptNet) {
  const Record record = one_each(toy::numbers({1, -1}, {1, 2, 1}));
  EXPECT_LT(distance(weights("svm", {{"penalty", "0.1"}}, record), toy::numbers({.2, -.2}, {1, 2})),
            1e-11);
  EXPECT_LT(distance(weights("svm", {{"penalty", "1"}}, record), toy::numbers({.5, -.5}, {1, 2})),
            1e-11);
}

}  // namespace
}  // namespace inkling
