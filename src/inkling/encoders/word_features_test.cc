// Encoders whose units are the words of sentences.
#include <gtest/gtest.h>

#include "inkling/base/error.h"
#include "inkling/encoders/average/average.h"
#include "inkling/encoders/cnn/cnn.h"
#include "inkling/encoders/lstm/lstm.h"
#include "inkling/nn/test_help.h"

namespace inkling {
namespace {

using testing_help::batch_of;
using testing_help::distance;
using testing_help::numbers;

const Vocabulary& words() {
  static const Vocabulary made = [] {
    const std::vector<std::string_view> texts = {"a b c d e"};
    return Vocabulary::build(texts, TextOptions{});
  }();
  return made;
}

EncoderInput input() {
  EncoderInput input;
  input.vocabulary = &words();
  input.dtype = at::kDouble;
  input.tokens = true;
  return input;
}

Batch sentences(const std::vector<std::vector<std::int64_t>>& ids) {
  Batch batch = batch_of(1, ids);
  batch.units = batch.words.ids.size(0);
  return batch;
}

std::vector<std::unique_ptr<Encoder>> encoders() {
  std::vector<std::unique_ptr<Encoder>> all;
  all.push_back(average::make({.dimensions = 3}, input()));
  all.push_back(
      cnn::make({.dimensions = 3, .widths = {"2", "3"}, .filters = 4, .length = 2}, input()));
  all.push_back(lstm::make({.dimensions = 3, .hidden = 2, .length = 2}, input()));
  return all;
}

TEST(WordFeatures, DoNotDependOnOtherSentences) {
  for (const auto& encoder : encoders()) {
    const Params params = encoder->init(Key{1});
    const Tensor both = encoder->encode(params, sentences({{2, 3, 4}, {5, 2}}), {});
    EXPECT_EQ(both.sizes(), (std::vector<std::int64_t>{1, 5, encoder->features()}));
    const Tensor first = encoder->encode(params, sentences({{2, 3, 4}}), {});
    const Tensor second = encoder->encode(params, sentences({{5, 2}}), {});
    EXPECT_LT(distance(both, at::cat({first, second}, 1)), 1e-14);
  }
}

TEST(WordFeatures, OfAverageAreTheWordsVectors) {
  const auto encoder = average::make({.dimensions = 3}, input());
  const Params params = encoder->init(Key{1});
  const Tensor found = encoder->encode(params, sentences({{2, 3}, {4}}), {});
  EXPECT_EQ(distance(found[0], params.at("encoder.embedding").slice(0, 2, 5)), 0);
}

TEST(WordFeatures, OfCnnAreItsWindowsByHand) {
  const auto encoder = cnn::make({.dimensions = 1, .widths = {"3"}, .filters = 1}, input());
  Params params = encoder->init(Key{1});
  params.set("encoder.embedding", at::arange(7, at::kDouble).reshape({7, 1}));
  params.set("encoder.window3.weight", numbers({1, 10, -100}, {3, 1}));
  params.set("encoder.window3.bias", numbers({300}, {1}));
  // Before, at and behind: 0 2 3, 2 3 0; 0 4 0.
  const Tensor found = encoder->encode(params, sentences({{2, 3}, {4}}), {});
  EXPECT_EQ(distance(found, numbers({20, 332, 340}, {1, 3, 1})), 0);
}

/// Sentences of the words 2 3 4 with the predicate at each of these places.
Batch with_predicates(const std::vector<std::int64_t>& places) {
  std::vector<std::vector<std::int64_t>> ids;
  std::vector<std::int64_t> distances;
  for (const std::int64_t place : places) {
    ids.push_back({2, 3, 4});
    for (std::int64_t i = 0; i < 3; ++i) distances.push_back(i - place);
  }
  Batch batch = sentences(ids);
  batch.dense = tensor_of(distances).reshape({1, batch.units, 1});
  return batch;
}

TEST(WordFeatures, KnowWhereThePredicateIs) {
  EncoderInput of_predicates = input();
  of_predicates.pairs = true;
  std::vector<std::unique_ptr<Encoder>> all;
  all.push_back(cnn::make({.dimensions = 3, .widths = {"2"}, .filters = 4}, of_predicates));
  all.push_back(lstm::make({.dimensions = 3, .hidden = 2, .layers = 2}, of_predicates));
  for (const auto& encoder : all) {
    const Params params = encoder->init(Key{1});
    EXPECT_EQ(params.at("encoder.predicate_distance").sizes(), (std::vector<std::int64_t>{81, 5}));
    const Tensor found = encoder->encode(params, with_predicates({0, 2, 0}), {})[0];
    EXPECT_EQ(distance(found.slice(0, 0, 3), found.slice(0, 6, 9)), 0);
    EXPECT_GT(distance(found.slice(0, 0, 3), found.slice(0, 3, 6)), 1e-4);
  }
  EXPECT_THROW(average::make({.dimensions = 3}, of_predicates), Error);
}

TEST(WordFeatures, OfLstmHaveThePredicatesVectorBesideThem) {
  EncoderInput of_predicates = input();
  of_predicates.pairs = true;
  const auto inputs = [&](const lstm::Options& options) {
    return lstm::make(options, of_predicates)->init(Key{1}).at("encoder.input").size(1);
  };
  EXPECT_EQ(inputs({.dimensions = 3, .hidden = 2}), 11);
  EXPECT_EQ(inputs({.dimensions = 3, .hidden = 2, .predicate_word = false}), 8);
  // Without distances, by the vector alone the place of the predicate is known where words differ.
  const auto encoder = lstm::make({.dimensions = 3, .hidden = 2, .positions = 0}, of_predicates);
  const Params params = encoder->init(Key{1});
  const Tensor found = encoder->encode(params, with_predicates({0, 1}), {})[0];
  EXPECT_GT(distance(found.slice(0, 0, 3), found.slice(0, 3, 6)), 1e-4);
}

TEST(WordFeatures, OfWordsHaveNoNgrams) {
  TextOptions options;
  options.subwords = 4;
  const std::vector<std::string_view> texts = {"abc"};
  const Vocabulary hashed = Vocabulary::build(texts, options);
  EncoderInput of_words = input();
  of_words.vocabulary = &hashed;
  EXPECT_THROW(average::make({.dimensions = 3}, of_words), Error);
}

}  // namespace
}  // namespace inkling
