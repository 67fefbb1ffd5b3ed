#include "inkling/encoders/cnn/cnn.h"

#include <gtest/gtest.h>

#include "inkling/nn/test_help.h"

namespace inkling::cnn {
namespace {

using testing_help::batch_of;
using testing_help::distance;
using testing_help::error_of;
using testing_help::numbers;

Vocabulary vocabulary() {
  const std::vector<std::string_view> texts = {"a b c d e"};
  return Vocabulary::build(texts, TextOptions{});
}

const Vocabulary& words() {
  static const Vocabulary made = vocabulary();
  return made;
}

EncoderInput input() {
  return {&words(), 0, at::kDouble};
}

/// One number a word, which is its id, and one filter over windows of two: v_i + 10 v_i+1 - 2.
Params by_hand() {
  return {{"encoder.embedding", at::arange(7, at::kDouble).reshape({7, 1})},
          {"encoder.window2.weight", numbers({1, 10}, {2, 1})},
          {"encoder.window2.bias", numbers({-2}, {1})}};
}

Options two_words(std::int64_t length = 128) {
  return {.dimensions = 1, .widths = {"2"}, .filters = 1, .length = length};
}

TEST(Cnn, TakesTheStrongestWindow) {
  const auto encoder = make(two_words(), input());
  // Windows of 2 3 4: 32 43 4; of 5: 5.
  const Tensor features = encoder->encode(by_hand(), batch_of(1, {{2, 3, 4}, {5}, {}}), {});
  EXPECT_TRUE(at::equal(features, numbers({41, 3, 0}, {1, 3, 1}))) << features;
}

TEST(Cnn, ATextWithoutWordsGivesZerosWhateverTheBias) {
  Params params = by_hand();
  params.set("encoder.window2.bias", numbers({100}, {1}));
  const auto encoder = make(two_words(), input());
  EXPECT_EQ(encoder->encode(params, batch_of(1, {{}, {}}), {}).abs().sum().item<double>(), 0);
  EXPECT_EQ(encoder->encode(params, batch_of(1, {{}, {2, 3}}), {})[0][0].item<double>(), 0);
}

TEST(Cnn, PaddingToALongerTextChangesNothing) {
  const auto encoder = make({.dimensions = 4, .widths = {"2", "3"}, .filters = 5}, input());
  const Params params = encoder->init(Key{1}).map([](const std::string& name, const Tensor& value) {
    return name.ends_with("bias") ? at::ones_like(value) : value;
  });
  const Tensor alone = encoder->encode(params, batch_of(1, {{2, 3}}), {});
  const Tensor beside = encoder->encode(params, batch_of(1, {{2, 3}, {4, 5, 6, 2, 3, 4, 5}}), {});
  EXPECT_EQ(alone.size(-1), encoder->features());
  EXPECT_LT(distance(beside[0][0], alone[0][0]), 1e-15);
}

TEST(Cnn, RowZeroStandsForNothingWhereTextsArePadded) {
  const auto encoder = make(two_words(), input());
  Params loud = by_hand();
  Tensor table = loud.at("encoder.embedding").clone();
  table[0].fill_(1000);
  loud.set("encoder.embedding", table);
  const Tensor features = encoder->encode(loud, batch_of(1, {{5}, {2, 3, 4}}), {});
  EXPECT_EQ(features[0][0].item<double>(), 3);
}

TEST(Cnn, WordsBeyondTheLengthAreNotRead) {
  const auto encoder = make(two_words(2), input());
  const Tensor features = encoder->encode(by_hand(), batch_of(1, {{2, 3, 6, 6}, {2, 3}}), {});
  EXPECT_TRUE(at::equal(features[0][0], features[0][1]));
}

TEST(Cnn, WordOrderMatters) {
  const auto encoder = make({.dimensions = 4, .filters = 20}, input());
  const Params params = encoder->init(Key{1});
  const Tensor features = encoder->encode(params, batch_of(1, {{2, 3, 4}, {4, 3, 2}}), {});
  EXPECT_GT(distance(features[0][0], features[0][1]), 1e-3);
}

TEST(Cnn, BadWidthsAreErrorsThatQuoteThem) {
  for (const char* bad : {"x", "0", "65", "3x", "-1", ""}) {
    const Error error = error_of([&] { make({.widths = {"2", bad}}, input()); });
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_EQ(error.where().field, "widths");
    EXPECT_NE(error.message().find(bad), std::string::npos);
  }
  EXPECT_EQ(error_of([] { make({.widths = {"3", "3"}}, input()); }).where().field, "widths");
  EXPECT_EQ(error_of([] { make({.widths = {}}, input()); }).where().field, "widths");
}

TEST(Cnn, HashedFeaturesAndNumbersAreRefused) {
  const std::vector<std::string_view> texts = {"a b"};
  TextOptions options;
  options.ngrams = 2;
  options.buckets = 10;
  const Vocabulary hashed = Vocabulary::build(texts, options);
  EXPECT_EQ(error_of([&] { make({}, {&hashed}); }).where().field, "ngrams");
  EXPECT_NE(error_of([] { make({}, {nullptr, 1}); }).hint().find("dense"), std::string::npos);
}

EncoderInput input_of_pairs() {
  EncoderInput made = input();
  made.pairs = true;
  return made;
}

/// Of three and of two words, the second with its tail first.
Batch pairs() {
  Batch batch = batch_of(1, {{2, 3, 4}, {5, 6}});
  batch.dense = tensor_of(std::vector<std::int64_t>{0, 1, 1, 2, 1, 2, 0, 1}).reshape({1, 2, 4});
  return batch;
}

TEST(Cnn, APairsPiecesAreAnsweredEach) {
  Options options = two_words();
  options.positions = 0;
  options.pooling = "piecewise";
  const auto encoder = make(options, input_of_pairs());
  EXPECT_EQ(encoder->features(), 3);
  // Windows 32 | 43 | 4 and 65 | 6, of the last piece none.
  const Tensor features = encoder->encode(by_hand(), pairs(), {});
  EXPECT_TRUE(at::equal(features, numbers({30, 41, 2, 63, 4, 0}, {1, 2, 3}))) << features;
}

TEST(Cnn, APairsDistancesStandBesideItsWords) {
  Options options = two_words();
  options.positions = 1;
  options.farthest = 1;
  const auto encoder = make(options, input_of_pairs());
  Params params = by_hand();
  // Of either word of a window: itself, the distance to the head, that to the tail.
  params.set("encoder.window2.weight", numbers({1, 0, 0, 0, 0, 1}, {6, 1}));
  params.set("encoder.head_distance", numbers({-100, 0, 100}, {3, 1}));
  params.set("encoder.tail_distance", numbers({-100, 0, 100}, {3, 1}));
  // 2, its neighbour in the tail; 3 before a word behind the tail: 103; 4 before none.
  EXPECT_EQ(encoder->encode(params, pairs(), {})[0][0].item<double>(), 103 - 2);
}

TEST(Cnn, MentionsHaveFiltersOfTheirOwn) {
  Options options = two_words();
  options.positions = 0;
  options.mentions = 1;
  const auto encoder = make(options, input_of_pairs());
  EXPECT_EQ(encoder->features(), 2);
  Params params = by_hand();
  params.set("encoder.mentions.weight", numbers({1, 10}, {2, 1}));
  params.set("encoder.mentions.bias", numbers({.5}, {1}));
  const Tensor features = encoder->encode(params, pairs(), {});
  EXPECT_TRUE(at::equal(features.select(2, 1), numbers({32.5, 56.5}, {1, 2}))) << features;
}

TEST(Cnn, WithoutPairsTheirOptionsMeanNothing) {
  Options options = two_words();
  options.pooling = "piecewise";
  options.mentions = 3;
  const auto encoder = make(options, input());
  EXPECT_EQ(encoder->features(), 1);
  EXPECT_EQ(encoder->init(Key{1}).size(), 3U);
}

}  // namespace
}  // namespace inkling::cnn
