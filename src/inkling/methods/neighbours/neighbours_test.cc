#include "inkling/methods/neighbours/neighbours.h"

#include <gtest/gtest.h>

#include "inkling/methods/neighbours/head.h"
#include "inkling/tensor/test_help.h"
#include "tests/oracle/toy_problems.h"

namespace inkling::neighbours {
namespace {

using testing_help::distance;
using testing_help::numbers;

TEST(Neighbours, TheNearestExampleOfAClassIsItsScore) {
  // Class 0 at (1, 0) and (0, 1), class 1 at (1, 1); the query is (2, 0).
  Record record;
  record.support = {1, 3, {}, numbers({1, 0, 0, 1, 1, 1}, {1, 3, 2})};
  record.support_targets.classes = tensor_of(std::vector<std::int64_t>{0, 0, 1}).reshape({1, 3});
  record.query = {1, 1, {}, numbers({2, 0}, {1, 1, 2})};
  record.query_targets.classes = tensor_of(std::vector<std::int64_t>{0}).reshape({1, 1});
  record.classes = 2;
  Options options;
  options.logit_scale = 3;
  const auto method = make(options);
  const toy::Identity model(2);
  Context context;
  context.hyper = method->hyper(at::kDouble);
  const Params meta = method->init(model, Key{});
  const Tensor scores = method->answer(model, meta, record, context);
  EXPECT_LT(distance(scores, numbers({-3, -6}, {1, 1, 2})), 1e-14);
  const Adapted adapted = method->adapt(model, meta, record, context);
  EXPECT_EQ(adapted.head, "neighbours");
  EXPECT_LT(distance(adapted_scores(model, adapted, record.query), scores), 1e-14);
}

}  // namespace
}  // namespace inkling::neighbours
