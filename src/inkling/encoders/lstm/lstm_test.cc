#include "inkling/encoders/lstm/lstm.h"

#include <gtest/gtest.h>

#include <cmath>

#include "inkling/nn/test_help.h"

namespace inkling::lstm {
namespace {

using testing_help::batch_of;
using testing_help::distance;
using testing_help::error_of;
using testing_help::numbers;

const Vocabulary& words() {
  static const Vocabulary made = [] {
    const std::vector<std::string_view> texts = {"a b c d e"};
    return Vocabulary::build(texts, TextOptions{});
  }();
  return made;
}

EncoderInput input() {
  return {&words(), 0, at::kDouble};
}

const Options kSmall = {.dimensions = 3, .hidden = 2, .attention = 4};

Tensor features(const Options& options, const Batch& batch) {
  const auto encoder = make(options, input());
  return encoder->encode(encoder->init(Key{1}), batch, {});
}

TEST(LstmEncoder, AWordByHand) {
  // One word, one number, one unit: the state of either direction is o tanh(i g), and attention
  // over one position is one.
  const auto encoder = make({.dimensions = 1, .hidden = 1, .attention = 1}, input());
  Params params = encoder->init(Key{1});
  params.set("encoder.embedding", at::arange(7, at::kDouble).reshape({7, 1}) / 4);
  params.set("encoder.input", numbers({1, 2, 3, 4, -1, -2, -3, -4}, {2, 1, 4}));
  params.set("encoder.gates", at::zeros({2, 4}, at::kDouble));
  const auto state = [](double x) {
    const auto sigmoid = [](double z) { return 1 / (1 + std::exp(-z)); };
    return sigmoid(4 * x) * std::tanh(sigmoid(x) * std::tanh(3 * x));
  };
  const Tensor found = encoder->encode(params, batch_of(1, {{2}}), {});
  EXPECT_NEAR(found[0][0][0].item<double>(), state(.5), 1e-15);
  EXPECT_NEAR(found[0][0][1].item<double>(), state(-.5), 1e-15);
}

TEST(LstmEncoder, ALongerTextBesideItChangesNothing) {
  const Tensor alone = features(kSmall, batch_of(1, {{2, 3}}));
  const Tensor beside = features(kSmall, batch_of(1, {{4, 5, 6, 2, 3, 4}, {2, 3}, {}}));
  EXPECT_LT(distance(beside[0][1], alone[0][0]), 1e-15);
  EXPECT_EQ(beside[0][2].abs().sum().item<double>(), 0);
}

TEST(LstmEncoder, TextsWithoutWordsGiveZeros) {
  EXPECT_EQ(features(kSmall, batch_of(1, {{}, {}})).abs().sum().item<double>(), 0);
}

TEST(LstmEncoder, WordsBeyondTheLengthAreNotRead) {
  Options two = kSmall;
  two.length = 2;
  const Tensor found = features(two, batch_of(1, {{2, 3, 6, 6}, {2, 3}, {5}}));
  EXPECT_LT(distance(found[0][0], found[0][1]), 1e-15);
  EXPECT_LT(distance(found[0][2], features(kSmall, batch_of(1, {{5}}))[0][0]), 1e-15);
}

TEST(LstmEncoder, WordOrderMatters) {
  const Tensor found = features(kSmall, batch_of(1, {{2, 3, 4}, {4, 3, 2}}));
  EXPECT_GT(distance(found[0][0], found[0][1]), 1e-4);
}

TEST(LstmEncoder, ParametersOfAnEpisodesOwnGiveWhatEachEpisodeGivesAlone) {
  const auto encoder = make(kSmall, input());
  const Params one = encoder->init(Key{1});
  const Params two = encoder->init(Key{2});
  const Params both = one.zip(
      two, [](const std::string&, const Tensor& a, const Tensor& b) { return at::stack({a, b}); });
  const Tensor found = encoder->encode(both, batch_of(2, {{2, 3}, {4}, {5, 6, 2}, {}}), {});
  EXPECT_LT(distance(found[0], encoder->encode(one, batch_of(1, {{2, 3}, {4}}), {})[0]), 1e-15);
  EXPECT_LT(distance(found[1], encoder->encode(two, batch_of(1, {{5, 6, 2}, {}}), {})[0]), 1e-15);
}

TEST(LstmEncoder, ALayerReadsTheStatesOfTheOneBelow) {
  Options two = kSmall;
  two.layers = 2;
  EncoderInput words = input();
  words.tokens = true;
  Options one = kSmall;
  one.dimensions = 4;
  const auto both = make(two, words);
  const Params params = both->init(Key{1});
  EXPECT_EQ(params.at("encoder.layer2.input").sizes(), (std::vector<std::int64_t>{2, 4, 8}));
  Batch batch = batch_of(1, {{2, 3, 4}});
  batch.units = 3;
  const Tensor below = make(kSmall, words)->encode(params, batch, {});
  // The second layer as an encoder whose words' vectors are the states of the first.
  Params above = {{"encoder.embedding", at::cat({at::zeros({2, 4}, at::kDouble), below[0]})},
                  {"encoder.input", params.at("encoder.layer2.input")},
                  {"encoder.recurrent", params.at("encoder.layer2.recurrent")},
                  {"encoder.gates", params.at("encoder.layer2.gates")}};
  EXPECT_LT(distance(make(one, words)->encode(above, batch, {}), both->encode(params, batch, {})),
            1e-15);
}

TEST(LstmEncoder, GradientsAgreeWithDifferences) {
  Options two_layers = kSmall;
  two_layers.layers = 2;
  const auto encoder = make(two_layers, input());
  const Params params = encoder->init(Key{1});
  const Batch batch = batch_of(1, {{2, 3, 4}, {5, 2}});
  const auto value = [&](const Params& at) {
    const Tensor f = encoder->encode(at, batch, {});
    return (f * f + f).sum();
  };
  for (const std::string& name : params.names()) {
    Params tracked = params;
    const Tensor leaf_of = leaf(params.at(name));
    tracked.set(name, leaf_of);
    const Tensor slope = gradients(value(tracked), {leaf_of}, false)[0];
    const Tensor along = normal(Key{5}, slope.sizes(), slope.options());
    constexpr double kStep = 1e-5;
    const auto moved = [&](double by) {
      Params at = params;
      at.set(name, params.at(name) + by * along);
      return value(at).item<double>();
    };
    EXPECT_NEAR((slope * along).sum().item<double>(), (moved(kStep) - moved(-kStep)) / (2 * kStep),
                1e-7)
        << name;
  }
}

TEST(LstmEncoder, HashedFeaturesAndNumbersAreRefused) {
  const std::vector<std::string_view> texts = {"a b"};
  TextOptions options;
  options.ngrams = 2;
  options.buckets = 10;
  const Vocabulary hashed = Vocabulary::build(texts, options);
  EXPECT_EQ(error_of([&] { make({}, {&hashed}); }).where().field, "ngrams");
  EXPECT_NE(error_of([] { make({}, {nullptr, 1}); }).hint().find("dense"), std::string::npos);
}

TEST(LstmEncoder, APairsDistancesStandBesideItsWords) {
  EncoderInput pairs = input();
  pairs.pairs = true;
  const auto encoder = make(kSmall, pairs);
  const Params params = encoder->init(Key{1});
  EXPECT_EQ(params.at("encoder.input").size(1), 3 + 2 * kSmall.positions);
  Batch batch = batch_of(1, {{2, 3, 4}, {2, 3, 4}, {2, 3, 4}});
  batch.dense =
      tensor_of(std::vector<std::int64_t>{0, 1, 2, 3, 2, 3, 0, 1, 0, 1, 2, 3}).reshape({1, 3, 4});
  const Tensor features = encoder->encode(params, batch, {});
  EXPECT_GT(distance(features[0][0], features[0][1]), 1e-4) << "head and tail exchanged";
  EXPECT_TRUE(at::equal(features[0][0], features[0][2]));
}

}  // namespace
}  // namespace inkling::lstm
