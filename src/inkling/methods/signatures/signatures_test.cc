#include "inkling/methods/signatures/signatures.h"

#include <gtest/gtest.h>

#include "inkling/tensor/test_help.h"
#include "tests/conformance/text_tasks.h"

namespace inkling::signatures {
namespace {

using conformance::world_of;
using testing_help::distance;
using testing_help::error_of;

constexpr const char* kEncoder = "average dimensions=4 scale=0.5";

TEST(Signatures, FrequenciesAreSharesOfTheMetaTrainingWords) {
  const auto world = world_of(kEncoder, "signatures", true);
  const std::vector<float> shares = world.learner->frequencies();
  ASSERT_EQ(static_cast<std::int64_t>(shares.size()), world.learner->rows());
  double sum = 0;
  for (const float share : shares) sum += share;
  EXPECT_NEAR(sum, 1, 1e-5);
  EXPECT_TRUE(world_of(kEncoder, "protonet", true).learner->frequencies().empty());
}

TEST(Signatures, AWordsFrequencyMovesTheAnswer) {
  const auto world = world_of(kEncoder, "signatures", true);
  const Params all = world.learner->init(Key{3});
  Record record = world.source()->make(std::vector<std::uint64_t>{0});
  const Params meta = localised(*world.learner, all, record, false);
  const auto answer = [&] {
    return world.learner->method()
        .curve(world.learner->model(), meta, record, world.context())
        .back();
  };
  const Tensor before = answer();
  record.query.words.frequencies = record.query.words.frequencies.flip(0);
  EXPECT_GT(distance(answer(), before), 1e-9);
}

TEST(Signatures, FrozenVectorsLeaveTheAttentionToLearn) {
  const auto world =
      world_of("average dimensions=4 scale=0.5 tune-vectors=false", "signatures", true);
  const Record record = world.source()->make(std::vector<std::uint64_t>{0});
  const Params meta = localised(*world.learner, world.learner->init(Key{3}), record, true);
  EXPECT_FALSE(meta.at("encoder.embedding").requires_grad());
  const auto found =
      world.learner->method().meta_gradient(world.learner->model(), meta, record, world.context());
  double largest = 0;
  for (const Tensor& gradient : found.gradients) {
    largest = std::max(largest, gradient.abs().max().item<double>());
  }
  EXPECT_EQ(found.gradients.size(), 7) << "four of the attention, lambda, scale, bias";
  EXPECT_GT(largest, 1e-6);
}

}  // namespace
}  // namespace inkling::signatures
