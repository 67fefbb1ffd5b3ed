#include "inkling/encoders/dense/dense.h"

#include <gtest/gtest.h>

#include "inkling/tensor/test_help.h"

namespace inkling::dense {
namespace {

using testing_help::distance;
using testing_help::error_of;
using testing_help::numbers;

Batch batch(const Tensor& values) {
  return {values.size(0), values.size(1), {}, values};
}

Params by_hand() {
  return {{"encoder.layer1.weight", numbers({1, -1}, {1, 2})},
          {"encoder.layer1.bias", numbers({0, 1}, {2})},
          {"encoder.layer2.weight", numbers({1, 2, 3, -4}, {2, 2})},
          {"encoder.layer2.bias", numbers({0, 0}, {2})}};
}

TEST(Dense, LayersByHand) {
  const auto encoder = make({.layers = 2, .hidden = 2}, {nullptr, 1, at::kDouble});
  // x = 2: (2, 0), then (2, 4); x = -1: (0, 2), then (6, 0).
  const Tensor features = encoder->encode(by_hand(), batch(numbers({2, -1}, {1, 2, 1})), {});
  EXPECT_TRUE(at::equal(features, numbers({2, 4, 6, 0}, {1, 2, 2})));
  const auto tanh =
      make({.layers = 2, .hidden = 2, .activation = "tanh"}, {nullptr, 1, at::kDouble});
  const double h = std::tanh(2.0);
  const double g = std::tanh(-1.0);
  EXPECT_NEAR(tanh->encode(by_hand(), batch(numbers({2}, {1, 1, 1})), {})[0][0][0].item<double>(),
              std::tanh(h + 3 * g), 1e-15);
}

TEST(Dense, LayersHaveTheShapesThatFollowFromTheOptions) {
  const auto encoder = make({.layers = 3, .hidden = 4}, {nullptr, 2, at::kDouble});
  const Params params = encoder->init(Key{1});
  EXPECT_EQ(params.size(), 6);
  EXPECT_EQ(params.at("encoder.layer1.weight").sizes(), (at::IntArrayRef{2, 4}));
  EXPECT_EQ(params.at("encoder.layer3.weight").sizes(), (at::IntArrayRef{4, 4}));
  EXPECT_EQ(encoder->features(), 4);
  EXPECT_GT(distance(params.at("encoder.layer2.weight"), params.at("encoder.layer3.weight")), .01);
  EXPECT_EQ(params.at("encoder.layer2.weight").scalar_type(), at::kDouble);
}

TEST(Dense, TextIsRefusedNamingTheEncodersOfText) {
  const std::vector<std::string_view> texts = {"a"};
  const Vocabulary words = Vocabulary::build(texts, TextOptions{});
  const Error error = error_of([&] { make({}, {&words, 0}); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_NE(error.hint().find("average"), std::string::npos);
  EXPECT_THROW(make({}, {nullptr, 0}), Error);
}

}  // namespace
}  // namespace inkling::dense
