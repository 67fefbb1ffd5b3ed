#include "inkling/nn/bag.h"

#include <gtest/gtest.h>

#include "inkling/nn/row_bags.h"
#include "inkling/nn/test_help.h"

namespace inkling {
namespace {

using testing_help::batch_of;
using testing_help::distance;

constexpr std::int64_t kRows = 7;

/// Two episodes of three texts, an empty one in each and words that come twice, with weights of
/// their own.
Batch batch() {
  Batch made = batch_of(2, {{1, 2, 1}, {}, {6, 0}, {3}, {2, 2, 2, 5}, {}});
  made.words.weights = uniform(Key{9}, {made.words.ids.size(0)}, .1, 1, at::kDouble);
  return made;
}

Batch other_batch() {
  Batch made = batch_of(2, {{1}, {2, 6, 6, 0}, {}, {5, 5}});
  made.words.weights = uniform(Key{10}, {made.words.ids.size(0)}, .1, 1, at::kDouble);
  return made;
}

std::int64_t at_of(const Tensor& values, std::int64_t i) {
  return values[i].item<std::int64_t>();
}

/// The plain twin: rows looked up, weighted and added, text by text.
Tensor plain_bag(const Tensor& table, const Batch& batch) {
  std::vector<Tensor> texts;
  for (std::int64_t text = 0; text < batch.episodes * batch.units; ++text) {
    const Tensor own = table.dim() == 2 ? table : table[text / batch.units];
    const std::int64_t begin = at_of(batch.words.offsets, text);
    const std::int64_t count = at_of(batch.words.offsets, text + 1) - begin;
    const Tensor rows = own.index_select(0, batch.words.ids.narrow(0, begin, count));
    texts.push_back((rows * batch.words.weights.narrow(0, begin, count).unsqueeze(1)).sum(0));
  }
  return at::stack(texts).reshape({batch.episodes, batch.units, table.size(-1)});
}

/// Weighted frequencies [E, U, R].
Tensor frequencies(const Batch& batch) {
  Tensor phi = at::zeros({batch.episodes, batch.units, kRows}, at::kDouble);
  for (std::int64_t text = 0; text < batch.episodes * batch.units; ++text) {
    for (std::int64_t i = at_of(batch.words.offsets, text);
         i < at_of(batch.words.offsets, text + 1); ++i) {
      phi[text / batch.units][text % batch.units][at_of(batch.words.ids, i)] +=
          batch.words.weights[i];
    }
  }
  return phi;
}

Tensor table(bool an_episode) {
  return an_episode ? normal(Key{1}, {2, kRows, 5}, at::kDouble)
                    : normal(Key{1}, {kRows, 5}, at::kDouble);
}

TEST(Bag, EqualsThePlainTwinForSharedTablesAndTablesAnEpisode) {
  for (const bool an_episode : {false, true}) {
    const Tensor t = table(an_episode);
    EXPECT_LT(distance(bag(t, batch()), plain_bag(t, batch())), 1e-14);
    EXPECT_LT(distance(bag(t.to(at::kFloat), batch()), plain_bag(t, batch()).to(at::kFloat)), 1e-5);
  }
  EXPECT_EQ(bag(table(false), batch())[0][1].abs().sum().item<double>(), 0)
      << "an empty text gives zeros";
}

TEST(Bag, ReadsATableThatIsNotContiguous) {
  const Tensor t = normal(Key{1}, {5, kRows}, at::kDouble).t();
  EXPECT_LT(distance(bag(t, batch()), plain_bag(t, batch())), 1e-14);
}

TEST(Bag, FirstAndSecondDerivativeEqualThoseOfPlainOperators) {
  for (const bool an_episode : {false, true}) {
    const auto derivatives = [&](const auto& function) {
      const Tensor t = leaf(table(an_episode));
      const Tensor value = function(t, batch()).tanh().square().sum();
      const Tensor first = gradients(value, {t}, true)[0];
      const Tensor second = gradients((first * first.cos()).sum(), {t}, true)[0];
      const Tensor third = gradients(second.square().sum(), {t}, false)[0];
      return std::vector<Tensor>{first, second, third};
    };
    const auto fast = derivatives(bag);
    const auto plain = derivatives(plain_bag);
    for (std::size_t order = 0; order < 3; ++order) {
      EXPECT_GT(plain[order].abs().max().item<double>(), .01);
      EXPECT_LT(distance(fast[order], plain[order]), 1e-11) << "order " << order + 1;
    }
  }
}

TEST(Bag, DerivativesInTheWeightsEqualThoseOfPlainOperators) {
  for (const bool an_episode : {false, true}) {
    const auto derivatives = [&](const auto& function) {
      const Tensor t = leaf(table(an_episode));
      Batch weighted = batch();
      const Tensor w = leaf(weighted.words.weights);
      weighted.words.weights = w * w;
      const Tensor value = function(t, weighted).tanh().square().sum();
      const auto first = gradients(value, {t, w}, true);
      const auto second =
          gradients((first[0] * first[0].cos()).sum() + first[1].pow(3).sum(), {t, w}, true);
      const auto third = gradients(second[0].square().sum() + second[1].sin().sum(), {t, w}, false);
      return std::vector<Tensor>{first[0], first[1], second[0], second[1], third[0], third[1]};
    };
    const auto fast = derivatives(bag);
    const auto plain = derivatives(plain_bag);
    for (std::size_t i = 0; i < plain.size(); ++i) {
      const double size = plain[i].abs().max().item<double>();
      EXPECT_GT(size, .01);
      EXPECT_LT(distance(fast[i], plain[i]), 1e-13 * std::max(100.0, size))
          << "order " << i / 2 + 1;
    }
  }
}

TEST(Bag, WithoutRepeatsIsTheSame) {
  const Tensor table = uniform(Key{3}, {kRows, 4}, -1, 1, at::kDouble);
  const Batch fewer = without_repeats(batch());
  EXPECT_EQ(fewer.words.ids.numel(), 7);
  EXPECT_EQ(fewer.words.longest, 2);
  EXPECT_TRUE(at::equal(fewer.words.offsets, tensor_of<std::int64_t>({0, 2, 2, 4, 5, 7, 7})));
  EXPECT_LT(distance(bag(table, fewer), bag(table, batch())), 1e-15);
}

TEST(TextMatrix, GivesTheBagAndItsDerivatives) {
  Batch given = batch_of(1, {{1, 2, 1}, {}, {6, 0}, {3}, {2, 2, 2, 5}});
  given.words.weights = uniform(Key{9}, {given.words.ids.size(0)}, .1, 1, at::kDouble);
  const TextMatrix texts(given, kRows, at::kDouble);
  const Tensor probe = normal(Key{3}, {1, 5, 2}, at::kDouble);
  const Tensor along = normal(Key{4}, {kRows, 2}, at::kDouble);
  const auto found = [&](const auto& bags_of) {
    const Tensor table = leaf(normal(Key{2}, {kRows, 2}, at::kDouble));
    const Tensor bags = bags_of(table);
    const Tensor first = gradients((bags.pow(3) * probe).sum(), {table}, true)[0];
    return std::vector<Tensor>{bags.detach(), first.detach(),
                               gradients((first * along).sum(), {table}, false)[0]};
  };
  const auto wanted = found([&](const Tensor& table) { return plain_bag(table, given); });
  const auto own = found([&](const Tensor& table) { return texts.times(table); });
  for (std::size_t order = 0; order < 3; ++order) {
    EXPECT_LT(distance(own[order], wanted[order]), 1e-12) << order;
  }
}

TEST(Bag, ARowThatDoesNotOccurHasAZeroGradient) {
  const Tensor t = leaf(table(false));
  const Tensor found = gradients(bag(t, batch()).square().sum(), {t}, false)[0];
  EXPECT_EQ(found[4].abs().sum().item<double>(), 0);
  EXPECT_GT(found[5].abs().sum().item<double>(), 0);
}

TEST(Unbag, IsTheTransposeAndSoAreItsDerivatives) {
  const Tensor x = leaf(normal(Key{2}, {2, 3, 5}, at::kDouble));
  const Tensor plain = at::matmul(frequencies(batch()).transpose(1, 2), x);
  EXPECT_LT(distance(unbag(x, batch(), kRows), plain), 1e-14);
  const auto second = [&](const Tensor& y) {
    const Tensor first = gradients(y.tanh().square().sum(), {x}, true)[0];
    return gradients(first.square().sum(), {x}, false)[0];
  };
  EXPECT_LT(distance(second(unbag(x, batch(), kRows)), second(plain)), 1e-12);
}

TEST(Unbag, DerivativesInTheWeightsEqualThoseOfPlainOperators) {
  const Tensor x = leaf(normal(Key{2}, {2, 3, 5}, at::kDouble));
  const auto derivatives = [&](bool fast) {
    Batch weighted = batch();
    const Tensor w = leaf(weighted.words.weights);
    weighted.words.weights = w;
    Tensor y;
    if (fast) {
      y = unbag(x, weighted, kRows);
    } else {
      const Tensor lengths = weighted.words.offsets.diff();
      const Tensor text = at::repeat_interleave(at::arange(6), lengths);
      const Tensor row = weighted.words.ids + text.div(3, "floor") * kRows;
      y = at::zeros({2 * kRows, 5}, x.options())
              .index_add(0, row, x.reshape({6, 5}).index_select(0, text) * w.unsqueeze(1))
              .reshape({2, kRows, 5});
    }
    const auto first = gradients(y.tanh().square().sum(), {x, w}, true);
    const auto second = gradients(first[0].square().sum() + first[1].sin().sum(), {x, w}, false);
    return std::vector<Tensor>{first[0], first[1], second[0], second[1]};
  };
  const auto fast = derivatives(true);
  const auto plain = derivatives(false);
  for (std::size_t i = 0; i < plain.size(); ++i) {
    EXPECT_GT(plain[i].abs().max().item<double>(), .01);
    EXPECT_LT(distance(fast[i], plain[i]), 1e-11) << i;
  }
}

TEST(Overlap, EqualsTheGramMatrixOfDenseFrequencies) {
  const Tensor gram = overlap(other_batch(), batch(), kRows);
  EXPECT_LT(
      distance(gram, at::matmul(frequencies(other_batch()), frequencies(batch()).transpose(1, 2))),
      1e-14);
  EXPECT_FALSE(gram.requires_grad());
  EXPECT_EQ(gram[0][0][1].item<double>(), 0) << "with an empty text";
}

TEST(Bag, OfTwoBatchesEqualsTheBagsOfEachInAnyOrder) {
  for (const bool an_episode : {false, true}) {
    const Tensor rows = leaf(table(an_episode));
    const auto derivatives = [&](const Tensor& first, const Tensor& second) {
      std::vector<Tensor> all = {first, second};
      const Tensor once = gradients(first.pow(3).sum() + second.square().sum(), {rows}, true)[0];
      const Tensor twice = gradients(once.pow(3).sum(), {rows}, false)[0];
      all.insert(all.end(), {once, twice});
      return all;
    };
    const auto [a, b] = bags(rows, batch(), other_batch());
    const auto found = derivatives(a, b);
    const auto expected = derivatives(bag(rows, batch()), bag(rows, other_batch()));
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const double scale = expected[i].detach().abs().max().item<double>();
      EXPECT_GT(scale, 0) << i;
      EXPECT_LT(distance(found[i], expected[i]), 1e-12 * scale) << i;
    }
    const auto [c, d] = bags(rows, batch(), other_batch());
    const Tensor loss = c.pow(3).sum() + d.square().sum();
    EXPECT_LT(distance(gradients(loss, {rows}, false)[0], expected[2]), 1e-12);
  }
}

TEST(RowBags, AreTheSameBagsFromEitherSide) {
  Batch one = batch_of(1, {{1, 2, 1}, {}, {6, 0}, {2, 2, 2, 5}});
  one.words.weights = uniform(Key{9}, {one.words.ids.size(0)}, .1, 1, at::kDouble);
  const RowBags found = row_bags(one);
  EXPECT_TRUE(at::equal(found.rows, tensor_of(std::vector<std::int64_t>{0, 1, 2, 5, 6})));
  EXPECT_TRUE(at::equal(found.rows.index_select(0, found.bags.words.ids), one.words.ids));
  // Bags of the unit vectors are the weights as a matrix: of bags by rows, and of rows by bags.
  const Tensor by_bags = bag(at::eye(5, at::kDouble), found.bags)[0];
  Batch of_rows{1, 5, found.of_rows, {}};
  EXPECT_TRUE(at::allclose(bag(at::eye(4, at::kDouble), of_rows)[0], by_bags.t(), 0, 1e-15));
  EXPECT_TRUE(at::allclose(bag(table(false).index_select(0, found.rows), found.bags),
                           bag(table(false), one), 0, 1e-15));
}

TEST(RowBags, OfRowsAloneAreTheRows) {
  const Tensor rows = table(false);
  EXPECT_TRUE(at::equal(bag(rows, rows_alone(kRows, at::kDouble))[0], rows));
}

}  // namespace
}  // namespace inkling
