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
