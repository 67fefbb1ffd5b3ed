#include "inkling/methods/signatures/attention.h"

#include <gtest/gtest.h>

#include "inkling/nn/test_help.h"

namespace inkling::signatures {
namespace {

using testing_help::batch_of;
using testing_help::distance;
using testing_help::error_of;
using testing_help::numbers;

constexpr std::int64_t kHidden = 3;
constexpr double kRarity = .01;

Params attention() {
  return attention_init(Key{5}, kHidden, "a.", at::TensorOptions().dtype(at::kDouble));
}

Batch batch() {
  Batch made = batch_of(2, {{1, 2, 1}, {}, {3}, {2, 2, 0, 3}});
  made.words.frequencies = uniform(Key{6}, {made.words.ids.size(0)}, 0, .1, at::kDouble);
  return made;
}

Tensor table() {
  return normal(Key{7}, {4, 5}, at::kDouble);
}
Tensor target() {
  return normal(Key{8}, {2, 5, 3}, at::kDouble);
}

/// The plain twin for one text: cells written out, one word after the other.
Tensor plain_weights(const Tensor& statistics) {
  const Params p = attention();
  const std::int64_t length = statistics.size(0);
  std::vector<Tensor> outputs(static_cast<std::size_t>(length), Tensor());
  const auto run = [&](std::int64_t direction) {
    std::vector<Tensor> states(static_cast<std::size_t>(length));
    Tensor h = at::zeros({kHidden}, at::kDouble);
    Tensor c = h;
    for (std::int64_t i = 0; i < length; ++i) {
      const std::int64_t at = direction == 0 ? i : length - 1 - i;
      const Tensor gates = at::matmul(statistics[at], p.at("a.input")[direction]) +
                           at::matmul(h, p.at("a.recurrent")[direction]) +
                           p.at("a.gates")[direction];
      const Tensor in = gates.narrow(0, 0, kHidden).sigmoid();
      const Tensor forget = gates.narrow(0, kHidden, kHidden).sigmoid();
      const Tensor candidate = gates.narrow(0, 2 * kHidden, kHidden).tanh();
      const Tensor out = gates.narrow(0, 3 * kHidden, kHidden).sigmoid();
      c = forget * c + in * candidate;
      h = out * c.tanh();
      states[static_cast<std::size_t>(at)] = h;
    }
    return states;
  };
  const auto forward = run(0);
  const auto backward = run(1);
  std::vector<Tensor> logits;
  for (std::size_t i = 0; i < forward.size(); ++i) {
    logits.push_back((at::cat({forward[i], backward[i]}) * p.at("a.attention")).sum());
  }
  return at::stack(logits).softmax(0);
}

/// (s, t) of the words `begin` .. `begin + count` of episode `episode`.
Tensor statistics(const Batch& batch, std::int64_t episode, std::int64_t begin,
                  std::int64_t count) {
  const Tensor s = kRarity / (kRarity + batch.words.frequencies.narrow(0, begin, count));
  const Tensor vectors = table().index_select(0, batch.words.ids.narrow(0, begin, count));
  const Tensor p = at::matmul(vectors, target()[episode]).softmax(-1);
  return at::stack({s, 1 / -(p * p.log()).sum(-1)}, -1);
}

TEST(Attention, EqualsThePlainTwinAndSumsToOne) {
  const Batch made = attended(attention(), "a.", table(), target(),
                              at::scalar_tensor(kRarity, at::kDouble), batch());
  const Tensor& weights = made.words.weights;
  EXPECT_LT(distance(weights.narrow(0, 0, 3), plain_weights(statistics(batch(), 0, 0, 3))), 1e-13);
  EXPECT_LT(distance(weights.narrow(0, 3, 1), numbers({1}, {1})), 1e-15);
  EXPECT_LT(distance(weights.narrow(0, 4, 4), plain_weights(statistics(batch(), 1, 4, 4))), 1e-13);
  EXPECT_NEAR(weights.narrow(0, 4, 4).sum().item<double>(), 1, 1e-14);
  EXPECT_GT(weights.narrow(0, 4, 4).std().item<double>(), 1e-4) << "words are told apart";
}

TEST(Attention, ALongerTextBesideChangesNothing) {
  Batch longer = batch_of(2, {{1, 2, 1}, {}, {3}, {2, 2, 0, 3, 1, 1, 1, 1}});
  longer.words.frequencies = at::cat({batch().words.frequencies, at::zeros({4}, at::kDouble)});
  const auto first = [](const Batch& b) {
    return attended(attention(), "a.", table(), target(), at::scalar_tensor(kRarity, at::kDouble),
                    b)
        .words.weights.narrow(0, 0, 3);
  };
  EXPECT_LT(distance(first(longer), first(batch())), 1e-15);
}

TEST(Attention, TextsWithoutWordsAreLeftAsTheyAre) {
  Batch none = batch_of(2, {{}, {}, {}, {}});
  none.words.frequencies = at::zeros({0}, at::kDouble);
  EXPECT_EQ(
      attended(attention(), "a.", table(), target(), at::scalar_tensor(kRarity, at::kDouble), none)
          .words.weights.numel(),
      0);
}

TEST(Attention, ABatchWithoutFrequenciesIsAnError) {
  Batch bare = batch();
  bare.words.frequencies = Tensor();
  EXPECT_EQ(error_of([&] {
              attended(attention(), "a.", table(), target(),
                       at::scalar_tensor(kRarity, at::kDouble), bare);
            }).kind(),
            ErrorKind::internal);
}

}  // namespace
}  // namespace inkling::signatures
