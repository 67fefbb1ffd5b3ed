#include "inkling/encoders/average/average.h"

#include <gtest/gtest.h>

#include "inkling/base/temporary_folder.h"
#include "inkling/data/vectors.h"
#include "inkling/nn/test_help.h"

namespace inkling::average {
namespace {

using testing_help::batch_of;
using testing_help::distance;
using testing_help::error_of;

constexpr const char* kTable = "encoder.embedding";

/// Words by falling count: a (4 times, in 2 texts), b (2 times, in 2), c (once).
Vocabulary vocabulary() {
  const std::vector<std::string_view> texts = {"a a a b", "a b c"};
  return Vocabulary::build(texts, TextOptions{});
}

TEST(Average, IsTheMeanOfTheRealWords) {
  const Vocabulary words = vocabulary();
  const auto encoder = make({.dimensions = 3}, {&words, 0, at::kDouble});
  const Params params = encoder->init(Key{1});
  const Tensor& table = params.at(kTable);
  EXPECT_EQ(table.sizes(), (at::IntArrayRef{words.rows(), 3}));
  const std::int64_t a = words.id("a");
  const std::int64_t b = words.id("b");
  const Tensor features = encoder->encode(params, batch_of(1, {{a, a, b}, {}, {b}}), {});
  EXPECT_EQ(features.size(-1), encoder->features());
  EXPECT_LT(distance(features[0][0], (2 * table[a] + table[b]) / 3), 1e-15);
  EXPECT_EQ(features[0][1].abs().sum().item<double>(), 0) << "a text without words";
  EXPECT_LT(distance(features[0][2], table[b]), 1e-15);
}

TEST(Average, PaddingNeverEntersTheMean) {
  const Vocabulary words = vocabulary();
  const auto encoder = make({.dimensions = 3}, {&words, 0, at::kDouble});
  Params params = encoder->init(Key{1});
  EXPECT_EQ(params.at(kTable)[kPadding].abs().sum().item<double>(), 0);
  const Tensor alone = encoder->encode(params, batch_of(1, {{2, 3}}), {});
  Tensor loud = params.at(kTable).clone();
  loud[kPadding].fill_(1e6);
  params.set(kTable, loud);
  const Tensor beside_a_longer =
      encoder->encode(params, batch_of(1, {{2, 3}, {4, 4, 4, 4, 4}}), {});
  EXPECT_TRUE(at::equal(beside_a_longer[0][0], alone[0][0]));
}

TEST(Average, IdfIsOfTheTextsThatHaveAWord) {
  const Vocabulary words = vocabulary();
  EXPECT_TRUE(make({}, {&words})->text_weights().rows.empty());
  const auto weights = make({.weighting = "idf"}, {&words})->text_weights().rows;
  ASSERT_EQ(weights.size(), static_cast<std::size_t>(words.rows()));
  EXPECT_FLOAT_EQ(weights[static_cast<std::size_t>(words.id("a"))], 1);
  EXPECT_FLOAT_EQ(weights[static_cast<std::size_t>(words.id("c"))],
                  static_cast<float>(std::log(3.0 / 2) + 1));
  EXPECT_FLOAT_EQ(weights[kUnknown], static_cast<float>(std::log(3.0) + 1));
}

TEST(Average, SifIsOfAWordsFrequency) {
  const Vocabulary words = vocabulary();
  const auto weights = make({.weighting = "sif", .sif = .5}, {&words})->text_weights().rows;
  EXPECT_FLOAT_EQ(weights[static_cast<std::size_t>(words.id("a"))],
                  static_cast<float>(.5 / (.5 + 4.0 / 7)));
  EXPECT_FLOAT_EQ(weights[static_cast<std::size_t>(words.id("c"))],
                  static_cast<float>(.5 / (.5 + 1.0 / 7)));
}

TEST(Average, SaysHowTextsAreWeighed) {
  const Vocabulary words = vocabulary();
  EXPECT_EQ(make({}, {&words})->text_weights().norm, TextNorm::l1);
  EXPECT_FALSE(make({}, {&words})->text_weights().binary);
  const TextWeights other = make({.norm = "l2", .binary = true}, {&words})->text_weights();
  EXPECT_EQ(other.norm, TextNorm::l2);
  EXPECT_TRUE(other.binary);
}

TEST(Average, StartsFromPretrainedVectorsWhereTheyHaveTheWord) {
  const TemporaryFolder folder;
  const std::string file = (folder.path() / "small.vectors").string();
  WordVectorsBuilder builder("test");
  builder.add("c", std::vector<float>{3, 0});
  builder.add("other", std::vector<float>{7, 7});
  builder.add("a", std::vector<float>{0, -4});
  builder.write(file);
  const Vocabulary words = vocabulary();
  const auto encoder =
      make({.dimensions = 128, .vectors = file, .scale = .5}, {&words, 0, at::kDouble});
  EXPECT_EQ(encoder->features(), 2) << "the vectors' dimensions count";
  const Tensor table = encoder->init(Key{1}).at(kTable);
  // The root mean square of (3, 0) and (0, -4) is 2.5.
  EXPECT_LT(distance(table[words.id("c")], testing_help::numbers({.6, 0}, {2})), 1e-6);
  EXPECT_LT(distance(table[words.id("a")], testing_help::numbers({0, -.8}, {2})), 1e-6);
  const Tensor fresh = table[words.id("b")];
  EXPECT_GT(fresh.abs().sum().item<double>(), 0);
  EXPECT_LE(fresh.abs().max().item<double>(), .5);
  EXPECT_FALSE(at::equal(encoder->init(Key{2}).at(kTable)[words.id("b")], fresh));
}

/// Vectors of "c" and "a" in a folder, and an encoder of two learned numbers beside them.
struct Beside {
  TemporaryFolder folder;
  std::string file = (folder.path() / "small.vectors").string();
  Vocabulary words = vocabulary();
  std::unique_ptr<Encoder> encoder;

  Beside() {
    WordVectorsBuilder builder("test");
    builder.add("c", std::vector<float>{3, 0, 0});
    builder.add("a", std::vector<float>{0, -4, 0});
    builder.write(file);
    encoder =
        make({.vectors = file, .learned_dimensions = 2, .scale = .5}, {&words, 0, at::kDouble});
  }
};

TEST(Average, LearnsNumbersBesidePretrainedVectors) {
  const Beside beside;
  EXPECT_EQ(beside.encoder->features(), 5);
  EXPECT_TRUE(beside.encoder->trainable(kTable));
  const Tensor table = beside.encoder->init(Key{1}).at(kTable);
  ASSERT_EQ(table.sizes(), (at::IntArrayRef{beside.words.rows(), 5}));
  const Tensor plain = make({.vectors = beside.file, .scale = .5}, {&beside.words, 0, at::kDouble})
                           ->init(Key{1})
                           .at(kTable);
  for (const char* word : {"a", "c"}) {
    const std::int64_t id = beside.words.id(word);
    EXPECT_TRUE(at::equal(table[id].narrow(0, 0, 3), plain[id])) << word;
  }
  for (const std::int64_t id : {std::int64_t{kUnknown}, std::int64_t{beside.words.id("b")}}) {
    EXPECT_EQ(table[id].narrow(0, 0, 3).abs().max().item<double>(), 0) << id;
    EXPECT_GT(table[id].narrow(0, 3, 2).abs().max().item<double>(), 0) << id;
  }
  EXPECT_EQ(table[kPadding].abs().max().item<double>(), 0);
  EXPECT_LE(table.narrow(1, 3, 2).abs().max().item<double>(), .5);
}

TEST(Average, PretrainedVectorsHaveAScaleOfTheirOwn) {
  const Beside beside;
  const auto encoder =
      make({.vectors = beside.file, .learned_dimensions = 2, .scale = .1, .vector_scale = 2},
           {&beside.words, 0, at::kDouble});
  const Tensor table = encoder->init(Key{1}).at(kTable);
  // The root mean square of (3, 0, 0) and (0, -4, 0) is 5 / sqrt(6).
  EXPECT_NEAR(table[beside.words.id("c")][0].item<double>(), 3 * 2 * std::sqrt(6) / 5, 1e-5);
  EXPECT_LE(table.narrow(1, 3, 2).abs().max().item<double>(), .1);
}

TEST(Average, PassesNoGradientToFixedColumns) {
  const Beside beside;
  Params params = beside.encoder->init(Key{1});
  params.set(kTable, leaf(params.at(kTable)));
  const Batch batch = batch_of(1, {{2, 3, 4}, {2, 2}});
  const Tensor features = beside.encoder->encode(params, batch, {});
  const Tensor gradient = gradients(features.square().sum(), {params.at(kTable)}, true)[0];
  EXPECT_EQ(gradient.narrow(1, 0, 3).abs().max().item<double>(), 0);
  EXPECT_GT(gradient.narrow(1, 3, 2).abs().max().item<double>(), 1e-3);
}

TEST(Average, WeightsOfWordsHaveTheirGradientThroughFixedColumnsToo) {
  const Beside beside;
  Params params = beside.encoder->init(Key{1});
  const Batch plain = batch_of(1, {{2, 3, 4}, {2, 2}});
  const auto loss = [&](const Tensor& weights) {
    Batch batch = plain;
    batch.words.weights = weights;
    return beside.encoder->encode(params, batch, {}).square().sum();
  };
  const Tensor weights = leaf(plain.words.weights);
  const Tensor found = gradients(loss(weights), {weights}, false)[0];
  for (std::int64_t i = 0; i < weights.numel(); ++i) {
    const double step = 1e-6;
    const Tensor up = plain.words.weights.clone();
    const Tensor down = plain.words.weights.clone();
    up[i] += step;
    down[i] -= step;
    const double expected = (loss(up) - loss(down)).item<double>() / (2 * step);
    EXPECT_NEAR(found[i].item<double>(), expected, 1e-6) << i;
  }
}

TEST(Average, MissingVectorsAreAnError) {
  const Vocabulary words = vocabulary();
  EXPECT_THROW(make({.vectors = "no/such.vectors"}, {&words}), Error);
}

TEST(Average, FrozenVectorsAreNotTrained) {
  const Vocabulary words = vocabulary();
  EXPECT_TRUE(make({}, {&words})->trainable(kTable));
  const auto frozen = make({.tune_vectors = false}, {&words});
  EXPECT_FALSE(frozen->trainable(kTable));
  EXPECT_TRUE(frozen->trainable("head.weight"));
}

TEST(Average, DropsWhileTrainingAlone) {
  const Vocabulary words = vocabulary();
  const auto encoder = make({.dimensions = 64, .dropout = .5}, {&words, 0, at::kDouble});
  const Params params = encoder->init(Key{1});
  const Batch batch = batch_of(1, {{2, 3}});
  const auto zeros = [&](bool training) {
    Context context;
    context.training = training;
    return (encoder->encode(params, batch, context) == 0).sum().item<std::int64_t>();
  };
  EXPECT_EQ(zeros(false), 0);
  EXPECT_GT(zeros(true), 10);
}

TEST(Average, ATaskWithoutTextIsAnErrorThatNamesTheEncoderForIt) {
  const Error error = error_of([] { make({}, {nullptr, 1}); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_NE(error.hint().find("dense"), std::string::npos);
}

}  // namespace
}  // namespace inkling::average
