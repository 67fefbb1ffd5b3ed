// A training of a table of words for the tests of steps that read some of its rows.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <utility>
#include <vector>

#include "inkling/bilevel/problem.h"
#include "inkling/bilevel/toy_bilevel.h"
#include "inkling/nn/bag.h"
#include "inkling/tensor/params.h"

namespace inkling::testing_help {

/// Means of words under a linear head; every step reads a few rows of a table of 40, and some rows
/// are read by the objective alone, or by nothing.
struct Words {
  static constexpr std::int64_t kTexts = 3;
  static constexpr std::int64_t kLength = 4;
  at::ScalarType type = at::kDouble;

  Batch batch(std::int64_t step) const {
    Rng rng(Key{7}.fold(static_cast<std::uint64_t>(step)));
    std::vector<std::int64_t> ids;
    for (std::int64_t i = 0; i < kTexts * kLength; ++i) {
      const double u = rng.uniform();
      ids.push_back(static_cast<std::int64_t>(30 * u * u));
    }
    Batch made{1, kTexts, {}, {}};
    made.words.ids = tensor_of(ids);
    made.words.weights = at::full({kTexts * kLength}, .25, at::TensorOptions(type));
    made.words.offsets = at::arange(kTexts + 1) * kLength;
    made.words.longest = kLength;
    return made;
  }
  static Tensor loss(const Params& params, const Hyper& hyper, const Batch& batch) {
    const Tensor scores = at::mv(bag(params.at("table"), batch)[0], params.at("head"));
    const Tensor y = at::arange(kTexts).remainder(2).to(scores.scalar_type());
    const Tensor* temperature = hyper.find("temperature");
    const Tensor at = temperature == nullptr ? scores : scores / *temperature;
    return at::softplus(at).sub(at * y).mean() + .1 * params.at("head").square().sum();
  }

  InnerProblem problem(std::int64_t steps, bool by_rows, TransformPtr transform = adam()) const {
    const Words self = *this;
    InnerProblem made;
    made.steps = steps;
    made.transform = std::move(transform);
    made.start = [type = type](const Hyper& hyper) {
      const Tensor table = normal(Key{1}, {40, 70}, type);
      const Tensor* size = hyper.find("size");
      return Params{{"head", normal(Key{2}, {70}, type)},
                    {"table", size == nullptr ? table : table * *size}};
    };
    made.loss = [self](const Params& params, const Hyper& hyper, std::int64_t t) {
      return loss(params, hyper, self.batch(t));
    };
    if (!by_rows) return made;
    made.table = "table";
    made.row_step = [self](std::int64_t t) {
      return RowStep{row_bags(self.batch(t)), [self](const Params& params, const Hyper& hyper) {
                       return loss(params, hyper, rows_alone(kTexts, self.type));
                     }};
    };
    return made;
  }
  Objective objective() const {
    return {[self = *this](const Params& params, const Hyper& hyper) {
              return loss(params, hyper, self.batch(1000)) +
                     params.at("table").sin().square().mean();
            },
            [](std::int64_t t) { return t % 2 == 0 ? .1 : 0.; }};
  }
};

inline void expect_equal(const Params& a, const Params& b, double tolerance) {
  ASSERT_EQ(a.names(), b.names());
  for (const auto& [name, value] : a) {
    EXPECT_LT((value - b.at(name)).abs().max().item<double>(), tolerance) << name;
  }
}

}  // namespace inkling::testing_help
