#include "inkling/methods/protonet/protonet.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "inkling/tensor/test_help.h"
#include "tests/oracle/toy_problems.h"

namespace inkling::protonet {
namespace {

using testing_help::distance;
using testing_help::error_of;
using testing_help::numbers;

/// Features are the units' numbers: class 0 at 0 and 2, class 1 at 5; queries 1 and 4.
Record points() {
  Record record;
  record.support = {1, 3, {}, numbers({0, 2, 5}, {1, 3, 1})};
  record.support_targets.classes = tensor_of(std::vector<std::int64_t>{0, 0, 1}).reshape({1, 3});
  record.query = {1, 2, {}, numbers({1, 4}, {1, 2, 1})};
  record.query_targets.classes = tensor_of(std::vector<std::int64_t>{0, 1}).reshape({1, 2});
  record.classes = 2;
  return record;
}

Tensor scores(const Options& options, const Record& record) {
  const auto method = make(options);
  Context context;
  context.hyper = method->hyper(at::kDouble);
  return method->curve(toy::Identity(), {}, record, context).back()[0];
}

TEST(ProtoNet, ScoresAreSquaredDistancesToTheMeanOfAClass) {
  EXPECT_LT(distance(scores({}, points()), numbers({0, -16, -9, -1}, {2, 2})), 1e-14);
  EXPECT_LT(distance(scores({.logit_scale = .25}, points()), numbers({0, -4, -2.25, -.25}, {2, 2})),
            1e-14);
}

TEST(ProtoNet, CosinesAreOfDirectionsAlone) {
  Record record = points();
  record.support.dense = numbers({1, 0, 3, 0, 0, 7}, {1, 3, 2});
  record.query.dense = numbers({3, 4, 0, 0}, {1, 2, 2});
  EXPECT_LT(distance(scores({.distance = "cosine", .logit_scale = 10}, record),
                     numbers({6, 8, 0, 0}, {2, 2})),
            1e-13);
}

TEST(ProtoNet, ThePredictorHoldsPrototypesAndTheScale) {
  const auto method = make({.logit_scale = .25});
  Context context;
  context.hyper = method->hyper(at::kDouble);
  const Adapted adapted = method->adapt(toy::Identity(), {}, points(), context);
  EXPECT_EQ(adapted.head, "euclidean");
  EXPECT_EQ(adapted.scale, .25);
  EXPECT_TRUE(at::equal(adapted.params.at("head.prototypes"), numbers({1, 5}, {2, 1})));
  context.hyper.set("logit_scale", testing_help::number(.5));
  EXPECT_EQ(method->adapt(toy::Identity(), {}, points(), context).scale, .5);
}

/// Classes at 1 and 4 by one example each, 0, 2 and 9 without a label.
Record semi_supervised() {
  Record record = points();
  record.support = {1, 5, {}, numbers({0, 1, 2, 4, 9}, {1, 5, 1})};
  record.support_targets.classes =
      tensor_of(std::vector<std::int64_t>{-1, 0, -1, 1, -1}).reshape({1, 5});
  return record;
}

const std::vector<double> kUnlabelled = {0, 2, 9};

/// The prototypes after a step, by what each class takes of each unlabelled example.
std::vector<double> moved(const std::function<double(double, std::size_t)>& takes) {
  std::vector<double> to;
  for (std::size_t c = 0; c < 2; ++c) {
    double sum = c == 0 ? 1 : 4;
    double weight = 1;
    for (const double x : kUnlabelled) {
      sum += takes(x, c) * x;
      weight += takes(x, c);
    }
    to.push_back(sum / weight);
  }
  return to;
}

std::vector<double> adapted_points(const Options& options, const Params& meta = {}) {
  const auto method = make(options);
  Context context;
  context.hyper = method->hyper(at::kDouble);
  Params all = method->init(toy::Identity(), Key{3});
  all = all.merged(meta);
  const Tensor found =
      method->adapt(toy::Identity(), all, semi_supervised(), context).params.at("head.prototypes");
  return {found[0][0].item<double>(), found[1][0].item<double>()};
}

void expect_near(const std::vector<double>& a, const std::vector<double>& b) {
  EXPECT_NEAR(a[0], b[0], 1e-12);
  EXPECT_NEAR(a[1], b[1], 1e-12);
}

/// The share of class c between two prototypes, by `scale` times the scores.
double softly(const std::vector<double>& at, double x, std::size_t c, double scale = 1) {
  const double own = std::exp(-scale * (x - at[c]) * (x - at[c]));
  return own / (own + std::exp(-scale * (x - at[1 - c]) * (x - at[1 - c])));
}

TEST(ProtoNet, UnlabelledExamplesMoveNothingUnlessAsked) {
  expect_near(adapted_points({}), {1, 4});
  EXPECT_FALSE(make({})->traits().unlabelled) << "so that they are refused";
  EXPECT_TRUE(make({.refine = "soft"})->traits().unlabelled);
}

TEST(ProtoNet, UnlabelledExamplesMoveThePrototypesAsFarAsTheyAreLikely) {
  const auto once = [](std::vector<double> at, double scale) {
    return moved([&](double x, std::size_t c) { return softly(at, x, c, scale); });
  };
  expect_near(adapted_points({.refine = "soft"}), once({1, 4}, 1));
  expect_near(adapted_points({.logit_scale = .1, .refine = "soft"}), once({1, 4}, .1));
  expect_near(adapted_points({.refine = "soft", .refine_steps = 2}),
              moved([&](double x, std::size_t c) { return softly(once({1, 4}, 1), x, c); }));
}

TEST(ProtoNet, AClusterAtTheOriginTakesWhatIsOfNoClass) {
  const double radius = 2;
  const auto taken = [&](double x, std::size_t c) {
    const double other = std::exp(-x * x / (radius * radius)) / radius;
    const double own = std::exp(-(x - 1) * (x - 1));
    const double next = std::exp(-(x - 4) * (x - 4));
    return (c == 0 ? own : next) / (own + next + other);
  };
  expect_near(adapted_points({.refine = "distractor", .distractor_radius = 2}), moved(taken));
}

/// Distances of 0, 2 and 9 to the prototypes 1 and 4 over their mean.
std::vector<double> distances(std::size_t c) {
  std::vector<double> all;
  double sum = 0;
  for (const double x : kUnlabelled) {
    all.push_back((x - (c == 0 ? 1 : 4)) * (x - (c == 0 ? 1 : 4)));
    sum += all.back();
  }
  for (double& d : all) d *= 3 / sum;
  return all;
}

double masked_share(double x, std::size_t c, double beta, double gamma) {
  const auto place =
      static_cast<std::size_t>(std::ranges::find(kUnlabelled, x) - kUnlabelled.begin());
  const double mask = 1 / (1 + std::exp(gamma * (distances(c)[place] - beta)));
  return softly({1, 4}, x, c) * mask;
}

TEST(ProtoNet, MasksBeginAtTheMeanDistance) {
  expect_near(adapted_points({.refine = "masked"}),
              moved([](double x, std::size_t c) { return masked_share(x, c, 1, 1); }));
}

TEST(ProtoNet, MasksHaveThresholdsFromHowDistancesAreDistributed) {
  // The network passes on one statistic at a time, as the threshold of an all but hard mask.
  for (std::int64_t which = 0; which < 5; ++which) {
    const auto statistic = [&](std::size_t c) {
      const std::vector<double> d = distances(c);
      const auto moment = [&](int power) {
        double sum = 0;
        for (const double one : d) sum += std::pow(one - 1, power);
        return sum / 3;
      };
      const double deviation = std::sqrt(moment(2));
      const double all[] = {std::ranges::min(d), std::ranges::max(d), moment(2),
                            moment(3) / std::pow(deviation, 3),
                            moment(4) / std::pow(deviation, 4) - 3};
      return all[which];
    };
    const Tensor in = at::zeros({5, 20}, at::kDouble);
    in[which][7] = .5;
    const Tensor out = at::zeros({20, 2}, at::kDouble);
    out[7][0] = 3;
    const Tensor bias = numbers({.25, 4}, {2});
    const auto found = adapted_points({.refine = "masked"}, {{"refine.hidden_weight", in},
                                                             {"refine.output_weight", out},
                                                             {"refine.output_bias", bias}});
    SCOPED_TRACE(which);
    expect_near(found, moved([&](double x, std::size_t c) {
                  return masked_share(x, c, .25 + 3 * std::tanh(.5 * statistic(c)), 4);
                }));
  }
}

TEST(ProtoNet, QueriesCountAsUnlabelledWhereItIsTransductive) {
  // The queries 0, 2 and 9 in place of the same examples without a label.
  Record record = semi_supervised();
  record.support = {1, 2, {}, numbers({1, 4}, {1, 2, 1})};
  record.support_targets.classes = tensor_of(std::vector<std::int64_t>{0, 1}).reshape({1, 2});
  record.query = {1, 3, {}, numbers(kUnlabelled, {1, 3, 1})};
  const std::vector<double> at = adapted_points({.refine = "soft"});
  std::vector<double> expected;
  for (const double x : kUnlabelled) {
    for (const double point : at) expected.push_back(-(x - point) * (x - point));
  }
  const Options options{.refine = "soft", .transductive = true};
  EXPECT_LT(distance(scores(options, record), numbers(expected, {3, 2})), 1e-12);
  EXPECT_TRUE(make(options)->traits().transductive);
  EXPECT_FALSE(make({.refine = "soft"})->traits().transductive);
  const Error error = error_of([] { make({.transductive = true}); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_EQ(error.where().field, "transductive");
  EXPECT_NE(error.hint().find("--refine"), std::string::npos);
}

TEST(ProtoNet, WithoutUnlabelledExamplesNothingIsRefined) {
  for (const char* refine : {"soft", "distractor", "masked"}) {
    const auto method = make({.refine = refine});
    Context context;
    context.hyper = method->hyper(at::kDouble);
    const Params meta = method->init(toy::Identity(), Key{3});
    EXPECT_LT(distance(method->curve(toy::Identity(), meta, points(), context).back()[0],
                       scores({}, points())),
              1e-14);
  }
}

TEST(ProtoNet, AClassOfUnlabelledExamplesAloneIsRefused) {
  Record record = semi_supervised();
  record.classes = 3;
  const Error error = error_of([&] { scores({.refine = "soft"}, record); });
  EXPECT_EQ(error.kind(), ErrorKind::data);
  EXPECT_TRUE(error.message().starts_with("class 2 has 0 of the 2 examples")) << error.message();
}

TEST(ProtoNet, LearnsNoHead) {
  const auto method = make({});
  EXPECT_EQ(method->init(toy::TwoFactors(), Key{}).names(), std::vector<std::string>{"encoder.w1"});
}

TEST(ProtoNet, AnEmptySupportIsRefusedNamingMethodsThatTakeIt) {
  Record record = points();
  record.support = {1, 0, {}, numbers({}, {1, 0, 1})};
  const Error error = error_of([&] { scores({}, record); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_NE(error.hint().find("maml"), std::string::npos);
  EXPECT_EQ(error.hint().find("protonet"), std::string::npos);
}

TEST(ProtoNet, AClassWithoutAnExampleIsRefusedByItsNumber) {
  Record record = points();
  record.classes = 3;
  const Error error = error_of([&] { scores({}, record); });
  EXPECT_EQ(error.kind(), ErrorKind::data);
  EXPECT_EQ(error.where().field, "support");
  EXPECT_TRUE(error.message().starts_with("class 2 has 0 of the 3 examples")) << error.message();
}

TEST(ProtoNet, ATaskWithoutClassesIsRefusedNamingMethodsThatTakeIt) {
  Record record = points();
  record.support_targets = {{}, numbers({0, 0, 1}, {1, 3, 1})};
  const Error error = error_of([&] { scores({}, record); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_EQ(error.where().field, "method");
  EXPECT_NE(error.hint().find("maml"), std::string::npos);
}

}  // namespace
}  // namespace inkling::protonet
