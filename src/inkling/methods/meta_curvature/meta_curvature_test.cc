#include "inkling/methods/meta_curvature/meta_curvature.h"

#include <gtest/gtest.h>

#include "inkling/base/temporary_folder.h"
#include "inkling/methods/meta_curvature/curved.h"
#include "inkling/methods/test_help.h"

namespace inkling::meta_curvature {
namespace {

using testing_help::distance;
using testing_help::MethodProblem;
using testing_help::numbers;

constexpr const char* kTable = "encoder.embedding";

/// The meta parameters with every matrix some way from the identity.
Params turned(const Params& meta) {
  std::uint64_t stream = 0;
  return meta.map([&](const std::string& name, const Tensor& value) {
    if (!name.starts_with("curvature.")) return value;
    return leaf(value.detach() +
                .3 * normal(Key{9}.fold(stream++), value.sizes(), value.options()));
  });
}

TEST(MetaCurvature, WithIdentitiesIsMaml) {
  for (const char* options :
       {"inner-steps=3", "inner-optimiser=momentum", "inner-clip=0.3",
        "inner-optimiser=adam inner-learning-rate=0.05", "adapt=head", "first-order=true"}) {
    const MethodProblem one(cat("meta-curvature ", options));
    const MethodProblem maml(cat("maml ", options));
    EXPECT_LT(distance(one.meta_loss(), maml.meta_loss()), 1e-12) << options;
    EXPECT_LT(distance(one.curve().back(), maml.curve().back()), 1e-12) << options;
    const auto found = one.meta_gradient().gradients;
    const auto expected = maml.meta_gradient().gradients;
    ASSERT_GT(found.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_LT(distance(found[i], expected[i]), 1e-12) << options << " " << i;
    }
  }
}

TEST(MetaCurvature, HasAMatrixASideAndOfATableOfItsColumnsAlone) {
  const Params meta = MethodProblem("meta-curvature").meta;
  EXPECT_EQ(meta.names(), (std::vector<std::string>{
                              kTable, "head.weight", "head.bias",
                              "curvature.encoder.embedding.axis1", "curvature.head.weight.axis0",
                              "curvature.head.weight.axis1", "curvature.head.bias.axis0"}));
  EXPECT_EQ(meta.at("curvature.encoder.embedding.axis1").sizes(), (at::IntArrayRef{4, 4}));
  const Params head = MethodProblem("meta-curvature adapt=head longest-side=3").meta;
  EXPECT_EQ(head.names(),
            (std::vector<std::string>{kTable, "head.weight", "head.bias",
                                      "curvature.head.weight.axis1", "curvature.head.bias.axis0"}));
}

/// A clip that never clips makes a copy of the table an episode.
TEST(MetaCurvature, StepsCarriedAsCoefficientsEqualThoseOfACopyOfTheTable) {
  MethodProblem factored("meta-curvature inner-steps=3 inner-learning-rate=0.5");
  MethodProblem copied("meta-curvature inner-steps=3 inner-learning-rate=0.5 inner-clip=1e12");
  const Tensor before = factored.meta_loss();
  factored.meta = turned(factored.meta);
  copied.meta = factored.meta;
  EXPECT_GT(distance(before, factored.meta_loss()), 1e-4);
  EXPECT_LT(distance(factored.meta_loss(), copied.meta_loss()), 1e-13);
  const auto found = factored.meta_gradient().gradients;
  const auto expected = copied.meta_gradient().gradients;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_LT(distance(found[i], expected[i]), 1e-12) << i;
    EXPECT_GT(found[i].abs().max().item<double>(), 1e-6) << i;
  }
}

TEST(MetaCurvature, LeavesColumnsThatNothingMoves) {
  const TemporaryFolder folder;
  MethodProblem problem("meta-curvature", {2, 2, 3},
                        cat("average learned-dimensions=3 scale=0.5 vectors=",
                            conformance::world_vectors(folder.path())));
  EXPECT_EQ(problem.meta.at("curvature.encoder.embedding.axis1").size(0), 3);
  problem.meta = turned(problem.meta);
  const Tensor moved = problem.adapted().params.at(kTable) - problem.meta.at(kTable);
  ASSERT_EQ(moved.size(1), 5);
  EXPECT_EQ(moved.narrow(1, 0, 2).abs().max().item<double>(), 0);
  EXPECT_GT(moved.narrow(1, 2, 3).abs().max().item<double>(), 1e-5);
  EXPECT_EQ(problem.meta_gradient().gradients.at(0).narrow(1, 0, 2).abs().max().item<double>(), 0);
}

TEST(MetaCurvature, AnAdaptedModelHoldsNoMatrices) {
  EXPECT_EQ(MethodProblem("meta-curvature").adapted().params.names(),
            (std::vector<std::string>{kTable, "head.weight", "head.bias"}));
}

TEST(Curved, MultipliesEverySideByItsMatrix) {
  const Tensor rows = numbers({1, 2, 0, 1}, {2, 2});
  const Tensor columns = numbers({1, 0, 0, 2, 1, 0, 0, 0, 3}, {3, 3});
  const Tensor gradient = numbers({1, 2, 3, 4, 5, 6}, {1, 2, 3});
  const Params gradients = {
      {"w", gradient}, {"b", numbers({1, 5}, {1, 2})}, {"s", numbers({4}, {1})}};
  const Hyper hyper = {{"curvature.w.axis0", rows},
                       {"curvature.w.axis1", columns},
                       {"curvature.b.axis0", numbers({7}, {1, 1})},
                       {"curvature.s.axis0", numbers({.5}, {1, 1})}};
  const Params found = curved()->update(gradients, {}, gradients, hyper).updates;
  EXPECT_LT(distance(found.at("w")[0], at::matmul(at::matmul(rows, gradient[0]), columns.t())),
            1e-14);
  EXPECT_LT(distance(found.at("b"), numbers({1, 35}, {1, 2})), 1e-14) << "of the last entry alone";
  EXPECT_LT(distance(found.at("s"), numbers({2}, {1})), 1e-14);
  const Params plain = curved()->update(gradients, {}, gradients, {}).updates;
  for (const auto& [name, value] : plain) EXPECT_TRUE(at::equal(value, gradients.at(name))) << name;
}

}  // namespace
}  // namespace inkling::meta_curvature
