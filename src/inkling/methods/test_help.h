// A small text problem in float64 for the tests of methods.
#pragma once

#include "inkling/tensor/test_help.h"
#include "tests/conformance/text_tasks.h"

namespace inkling::testing_help {

/// One episode by group, and a method's initial meta parameters for it.
struct MethodProblem {
  explicit MethodProblem(const std::string& method, EpisodeShape shape = {2, 2, 3},
                         const std::string& encoder = "average dimensions=4 scale=0.5")
      : world(conformance::world_of(encoder, method, false)),
        record(world.source(shape)->make(std::vector<std::uint64_t>{0})),
        meta(localised(*world.learner, world.learner->init(Key{3}), record, true)) {}

  const Method& method() const { return world.learner->method(); }
  const Network& model() const { return world.learner->model(); }
  std::vector<Tensor> curve() const {
    return method().curve(model(), meta, record, world.context());
  }
  Tensor meta_loss() const { return method().meta_loss(model(), meta, record, world.context()); }
  Method::MetaGradient meta_gradient() const {
    return method().meta_gradient(model(), meta, record, world.context());
  }
  Adapted adapted() const { return method().adapt(model(), meta, record, world.context()); }
  Tensor unadapted() const {
    return model().score(meta, model().encode(meta, record.query, {}), {});
  }

  conformance::World world;
  Record record;
  Params meta;
};

/// That two methods have the same loss, meta-gradient and curve on the same parameters.
inline void expect_same_method(const std::string& one, const std::string& other) {
  const MethodProblem a(one);
  const MethodProblem b(other);
  EXPECT_LT(distance(a.meta_loss(), b.meta_loss()), 1e-14);
  const auto found = a.meta_gradient().gradients;
  const auto expected = b.meta_gradient().gradients;
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_LT(distance(found[i], expected[i]), 1e-14) << i;
  }
  EXPECT_LT(distance(a.curve().back(), b.curve().back()), 1e-14);
  EXPECT_GT(distance(a.curve().back(), a.unadapted()), 1e-6);
}

/// Whether a method has an option of this name.
inline bool has_option(const std::string& method, const std::string& option) {
  const PluginOptions options = plugin_named(methods_options(), "method", method).make_options();
  return std::ranges::any_of(options.fields(),
                             [&](const Field& field) { return field.name == option; });
}

}  // namespace inkling::testing_help
