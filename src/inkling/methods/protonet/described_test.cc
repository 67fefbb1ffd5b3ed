#include "inkling/methods/protonet/described.h"

#include <gtest/gtest.h>

#include <cmath>

#include "inkling/methods/protonet/protonet.h"
#include "inkling/tensor/test_help.h"
#include "tests/oracle/toy_problems.h"

namespace inkling::protonet {
namespace {

using testing_help::distance;
using testing_help::error_of;
using testing_help::numbers;

/// Features are the units' two numbers; the table has three words.
class Words : public toy::Identity {
 public:
  Words() : toy::Identity(2) {}
  Params init(Key) const override {
    return {{"encoder.words", numbers({1, 0, 0, 1, 1, 1}, {3, 2})}};
  }
  std::string table() const override { return "encoder.words"; }
};

/// Class 0 is described by word 0 and word 2, class 1 by word 1 and word 2; one example of each
/// before them where `examples`.
Record described(bool examples) {
  const auto ids = [](std::vector<std::int64_t> of) { return tensor_of(of); };
  Record record;
  record.classes = 2;
  const std::int64_t units = examples ? 4 : 2;
  record.support = {1, units, {}, at::zeros({1, units, 2}, at::kDouble)};
  record.support_targets.classes =
      ids(examples ? std::vector<std::int64_t>{0, 1, 0, 1} : std::vector<std::int64_t>{0, 1})
          .reshape({1, units});
  record.support.words.ids = ids({0, 2, 1, 2});
  record.support.words.weights = numbers({.5, .5, .5, .5}, {4});
  record.support.words.offsets =
      ids(examples ? std::vector<std::int64_t>{0, 0, 0, 2, 4} : std::vector<std::int64_t>{0, 2, 4});
  if (examples) {
    record.support.dense = numbers({0, 2, 2, 0, 9, 9, 9, 9}, {1, 4, 2});
  }
  record.query = {1, 2, {}, numbers({3, 0, 3, 4}, {1, 2, 2})};
  record.query_targets.classes = ids({0, 1}).reshape({1, 2});
  return record;
}

Params meta_of(double share) {
  return Words().init({}).merged({{"describe.map", at::eye(2, at::kDouble)},
                                  {"describe.bias", at::zeros({2}, at::kDouble)},
                                  {"describe.attention", at::zeros({2}, at::kDouble)},
                                  {"describe.log_scale", toy::number(std::log(2))},
                                  {"describe.share", toy::number(share)}});
}

Tensor scores(const Record& record, const Params& meta) {
  const auto method = make({.read_descriptions = true});
  Context context;
  context.hyper = method->hyper(at::kDouble);
  return method->curve(Words(), meta, record, context).back()[0];
}

// Less their mean, the descriptions are (1, -1) and (-1, 1): cosines of (3, 0) are 1 / sqrt(2) and
// its negative, those of (3, 4) are -1 / (5 sqrt(2)) and its negative.
const double kHalf = std::sqrt(.5);

TEST(ProtoNetDescribed, AQueryIsHeldAgainstTheMeanWordsOfADescription) {
  EXPECT_LT(distance(scores(described(false), meta_of(0)),
                     numbers({2 * kHalf, -2 * kHalf, -.4 * kHalf, .4 * kHalf}, {2, 2})),
            1e-9);
}

TEST(ProtoNetDescribed, ExamplesCountByTheLearnedShare) {
  // The examples say the opposite: (0, 2) is of class 0.
  const Tensor by_description = scores(described(true), meta_of(-40));
  const Tensor by_examples = scores(described(true), meta_of(40));
  EXPECT_LT(distance(by_description, scores(described(false), meta_of(0))), 1e-9);
  EXPECT_LT(distance(by_examples, -by_description), 1e-9);
}

TEST(ProtoNetDescribed, AttentionWeighsTheWords) {
  // Word 2, of both, counts for little against the others; what is common goes anyway.
  Params meta = meta_of(0);
  meta.set("describe.attention", numbers({40, -40}, {2}));  // word 1 counts for nothing
  Record record = described(false);
  record.support.words.ids = tensor_of(std::vector<std::int64_t>{0, 1, 1, 2});
  // Descriptions (.5, 0) and (.25, .25): apart (1, -1), as before.
  EXPECT_LT(distance(scores(record, meta), scores(described(false), meta_of(0))), 1e-9);
}

TEST(ProtoNetDescribed, WhatCannotBeReadIsSaid) {
  const auto method = make({.read_descriptions = true});
  EXPECT_EQ(error_of([&] { method->init(toy::TwoFactors(), Key{}); }).where().field,
            "read-descriptions");
  EXPECT_EQ(error_of([] { make({.refine = "soft", .read_descriptions = true}); }).kind(),
            ErrorKind::usage);
  Context context;
  context.hyper = method->hyper(at::kDouble);
  EXPECT_EQ(error_of([&] { method->adapt(Words(), meta_of(0), described(false), context); }).kind(),
            ErrorKind::usage);
  const Params meta = method->init(Words(), Key{3});
  EXPECT_EQ(meta.at("describe.map").sizes(), (at::IntArrayRef{2, 2}));
}

}  // namespace
}  // namespace inkling::protonet
