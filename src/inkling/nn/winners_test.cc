#include "inkling/nn/winners.h"

#include <gtest/gtest.h>

#include "inkling/tensor/test_help.h"

namespace inkling {
namespace {

using testing_help::distance;

constexpr std::int64_t kEpisodes = 2, kUnits = 3, kWindows = 5, kInputs = 37, kFilters = 19;

Tensor drawn(std::uint64_t key, at::IntArrayRef shape) {
  return leaf(uniform(Key{key}, shape, -1, 1, at::kDouble));
}

Tensor lengths() {
  return tensor_of(std::vector<std::int64_t>{5, 1, 3, 4, 2, 5}).reshape({kEpisodes, kUnits});
}

/// The plain twin: every answer, in the graph.
Tensor by_all_answers(const Tensor& x, const Tensor& weight) {
  const Tensor columns = weight.dim() == 2 ? weight.unsqueeze(0) : weight;
  const Tensor answers = at::matmul(x, columns.unsqueeze(1));
  const Tensor counts = at::arange(kWindows, at::kLong) < lengths().unsqueeze(-1);
  return answers.masked_fill(counts.logical_not().unsqueeze(-1), -1e9).amax(2);
}

/// Value, gradient, and the gradient of the gradient's square.
std::vector<Tensor> derivatives(const Tensor& out, const Tensor& x, const Tensor& weight) {
  std::vector<Tensor> all = {out};
  const auto first = gradients(out.square().sum(), {x, weight}, true);
  all.insert(all.end(), first.begin(), first.end());
  const auto second =
      gradients(first[0].square().sum() + (first[1].square() * weight).sum(), {x, weight}, true);
  all.insert(all.end(), second.begin(), second.end());
  const auto third =
      gradients(second[0].square().sum() + second[1].square().sum(), {x, weight}, false);
  all.insert(all.end(), third.begin(), third.end());
  return all;
}

TEST(Winners, EqualAllAnswersWithDerivativesOfAnyOrder) {
  const Tensor x = drawn(1, {kEpisodes, kUnits, kWindows, kInputs});
  for (const Tensor& weight :
       {drawn(2, {kInputs, kFilters}), drawn(3, {kEpisodes, kInputs, kFilters})}) {
    const auto found = derivatives(strongest_answers(x, weight, lengths()), x, weight);
    const auto expected = derivatives(by_all_answers(x, weight), x, weight);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const double scale = expected[i].detach().abs().max().item<double>();
      EXPECT_GT(scale, 0) << i;
      EXPECT_LT(distance(found[i], expected[i]), 1e-12 * scale) << i;
    }
  }
}

TEST(Winners, WindowsBeyondATextsLengthNeverWin) {
  Tensor x = drawn(1, {kEpisodes, kUnits, kWindows, kInputs}).detach();
  const Tensor weight = drawn(2, {kInputs, kFilters});
  const Tensor before = strongest_answers(x, weight, lengths());
  x = x.clone();
  x[0][1].narrow(0, 1, 4).fill_(100);
  EXPECT_LT(distance(strongest_answers(x, weight, lengths()), before), 1e-14);
}

TEST(Winners, AFrozenInputHasNoGradient) {
  const Tensor x = drawn(1, {kEpisodes, kUnits, kWindows, kInputs}).detach();
  const Tensor weight = drawn(2, {kInputs, kFilters});
  const auto first =
      gradients(strongest_answers(x, weight, lengths()).square().sum(), {weight}, true);
  const auto expected = gradients(by_all_answers(x, weight).square().sum(), {weight}, true);
  EXPECT_LT(distance(first[0], expected[0]), 1e-12);
}

/// The plain twin of pieces, of which some hold no window.
Tensor pieces_by_all_answers(const Tensor& x, const Tensor& weight, const Tensor& borders) {
  const Tensor answers = at::matmul(x, weight);
  std::vector<Tensor> pieces;
  for (std::int64_t p = 0; p + 1 < borders.size(0); ++p) {
    const Tensor places = at::arange(kWindows, at::kLong);
    const Tensor counts = (places >= borders[p].unsqueeze(-1))
                              .logical_and(places < borders[p + 1].unsqueeze(-1))
                              .unsqueeze(-1);
    const Tensor strongest = answers.masked_fill(counts.logical_not(), -1e9).amax(2);
    pieces.push_back(at::where(counts.any(2), strongest, at::zeros_like(strongest)));
  }
  return at::cat(pieces, -1);
}

TEST(Winners, OfPiecesEqualAllAnswersWithDerivativesOfAnyOrder) {
  const Tensor x = drawn(1, {kEpisodes, kUnits, kWindows, kInputs});
  const Tensor weight = drawn(2, {kInputs, kFilters});
  const Tensor borders = tensor_of(std::vector<std::int64_t>{0, 0, 0, 0, 0, 0,  //
                                                             2, 0, 1, 3, 1, 5,  //
                                                             5, 1, 1, 4, 2, 5})
                             .reshape({3, kEpisodes, kUnits});
  const auto found = derivatives(strongest_answers_of_pieces(x, weight, borders), x, weight);
  const auto expected = derivatives(pieces_by_all_answers(x, weight, borders), x, weight);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const double scale = expected[i].detach().abs().max().item<double>();
    EXPECT_LT(distance(found[i], expected[i]), 1e-12 * scale) << i;
  }
}

}  // namespace
}  // namespace inkling
