// The laws of the design, over every method that is registered (docs/design.md, Laws).
#include <gtest/gtest.h>

#include <algorithm>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/methods/method_registry.h"
#include "tests/conformance/text_tasks.h"

namespace inkling {
namespace {

using conformance::World;
using conformance::world_of;

/// Every registered method at its defaults, and the variants whose mechanism differs.
std::vector<std::string> methods() {
  std::vector<std::string> all;
  for (const MethodMaker& maker : method_makers()) all.push_back(maker.name);
  for (const char* variant :
       {"maml adapt=head", "maml adapt=body", "maml inner-optimiser=momentum",
        "maml inner-optimiser=adam inner-learning-rate=0.05", "maml first-order=true",
        "maml inner-clip=0.5", "protonet distance=cosine", "supervised adapt=head",
        "ridge intercept=true", "svm penalty=2"}) {
    all.emplace_back(variant);
  }
  return all;
}

TEST(MethodTraits, AreWhatTheDescriptionSays) {
  for (const PluginEntry& entry : methods_options()) {
    const std::string name(entry.info.name);
    EXPECT_EQ(entry.info.traits, to_string(make_method(name, entry.make_options())->traits()))
        << name;
  }
}

struct Case {
  std::string encoder;
  std::string method;
};

class MethodLaws : public testing::TestWithParam<Case> {
 protected:
  World world(bool by_label = false) const {
    return world_of(GetParam().encoder, GetParam().method, by_label);
  }
};

/// Whether the method can work with the encoder: one that weighs words needs a linear input.
bool fits(const std::string& method, const std::string& encoder) {
  const auto named = [](const auto& entries, const char* what, const std::string& words) {
    return plugin_named(entries, what, words.substr(0, words.find(' '))).info.traits;
  };
  return named(methods_options(), "method", method).find("weighs words") == std::string::npos ||
         named(encoders_options(), "encoder", encoder).find("linear input") != std::string::npos;
}

std::vector<Case> cases(bool fitting) {
  std::vector<Case> all;
  for (const std::string& method : methods()) {
    for (const std::string& encoder : conformance::encoders()) {
      if (fits(method, encoder) == fitting) all.push_back({encoder, method});
    }
  }
  return all;
}

std::string case_name(const testing::TestParamInfo<Case>& info) {
  std::string name = cat(info.param.method, "_", info.param.encoder, "_", info.index);
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, MethodLaws, testing::ValuesIn(cases(true)), case_name);

class MethodsOfOtherEncoders : public testing::TestWithParam<Case> {};

INSTANTIATE_TEST_SUITE_P(All, MethodsOfOtherEncoders, testing::ValuesIn(cases(false)), case_name);

TEST_P(MethodsOfOtherEncoders, AreRefusedNamingWhatWorks) {
  try {
    const World world = world_of(GetParam().encoder, GetParam().method, false);
    world.learner->init(Key{3});
    ADD_FAILURE() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_EQ(error.where().field, "encoder");
    EXPECT_NE(error.hint().find("average"), std::string::npos) << error.hint();
  }
}

double meta_loss(const World& world, const Params& meta, const Record& record) {
  return world.learner->method()
      .meta_loss(world.learner->model(), meta, record, world.context())
      .sum()
      .item<double>();
}

TEST_P(MethodLaws, MetaGradientAgreesWithCentralDifferencesWhereItSaysSo) {
  if (GetParam().method.find("adam") != std::string::npos &&
      GetParam().encoder.starts_with("cnn")) {
    GTEST_SKIP() << "Adam's first step is the gradient's sign, and a filter's gradient may be zero";
  }
  const World world = this->world();
  const Record record = world.source()->make(std::vector<std::uint64_t>{0, 1});
  const Params meta = localised(*world.learner, world.learner->init(Key{3}), record, true);
  const auto found =
      world.learner->method().meta_gradient(world.learner->model(), meta, record, world.context());
  double largest = 0;
  double scale = 0;
  std::size_t at = 0;
  constexpr double kStep = 1e-5;
  for (const auto& [name, value] : meta) {
    if (!value.requires_grad()) continue;
    const Tensor gradient = found.gradients.at(at++).reshape({-1});
    for (std::int64_t i = 0; i < value.numel(); i += 1 + value.numel() / 7) {
      const auto shifted = [&](double by) {
        Tensor moved = value.detach().clone();
        moved.view({-1})[i] += by;
        Params other = meta;
        other.set(name, moved.requires_grad_(true));
        return meta_loss(world, other, record);
      };
      const double difference = (shifted(kStep) - shifted(-kStep)) / (2 * kStep);
      largest = std::max(largest, std::abs(difference - gradient[i].item<double>()));
      scale = std::max(scale, std::abs(difference));
    }
  }
  ASSERT_GT(scale, 1e-6);
  const Traits& traits = world.learner->method().traits();
  const bool plain_risk = !traits.episodic;
  if (traits.second_order || plain_risk) {
    EXPECT_LT(largest, 1e-6 * std::max(1.0, scale));
  } else if (traits.inner_loop) {
    EXPECT_GT(largest, 1e-5) << "of first order, and yet exact";
  }
}

TEST_P(MethodLaws, EpisodesTogetherEqualOneAtATime) {
  const World world = this->world();
  const auto source = world.source();
  const Params meta = world.learner->init(Key{3});
  const auto answer = [&](const std::vector<std::uint64_t>& numbers) {
    const Record record = source->make(numbers);
    return world.learner->method()
        .curve(world.learner->model(), localised(*world.learner, meta, record, false), record,
               world.context())
        .back();
  };
  const Tensor together = answer({0, 1, 2});
  for (std::uint64_t i = 0; i < 3; ++i) {
    EXPECT_TRUE(at::allclose(together[static_cast<std::int64_t>(i)], answer({i})[0], 1e-9, 1e-10))
        << i;
  }
}

/// Episode 0 as one record, with its support, query and classes in other orders.
Record ordered(const World& world, bool swap_support, bool swap_query, bool swap_classes) {
  const EpisodeSampler sampler(world.data.pool, world.learner->tasks_by(), {2, 2, 3},
                               world.data.labels, world.data.groups);
  Episode episode = sampler.at(Key{11}, 0);
  const auto reversed = [](auto& values) { std::ranges::reverse(values); };
  if (swap_support) {
    reversed(episode.support);
    reversed(episode.support_classes);
  }
  if (swap_query) {
    reversed(episode.query);
    reversed(episode.query_classes);
  }
  if (swap_classes) {
    for (auto* classes : {&episode.support_classes, &episode.query_classes}) {
      for (auto& c : *classes) c = 1 - c;
    }
  }
  return conformance::record_of(world, episode);
}

Tensor answer(const World& world, const Params& meta, const Record& record) {
  return world.learner->method()
      .curve(world.learner->model(), localised(*world.learner, meta, record, false), record,
             world.context())
      .back()[0];
}

TEST_P(MethodLaws, OrderOfSupportAndQueryMeansNothing) {
  const World world = this->world();
  const Params meta = world.learner->init(Key{3});
  const Tensor plain = answer(world, meta, ordered(world, false, false, false));
  EXPECT_TRUE(
      at::allclose(answer(world, meta, ordered(world, true, false, false)), plain, 1e-9, 1e-10));
  EXPECT_TRUE(at::allclose(answer(world, meta, ordered(world, false, true, false)), plain.flip(0),
                           1e-9, 1e-10));
}

TEST_P(MethodLaws, PermutingClassesPermutesTheAnswerWhereItSaysSo) {
  const World world = this->world(true);
  const Params meta = world.learner->init(Key{3});
  const Tensor plain = answer(world, meta, ordered(world, false, false, false)).softmax(-1);
  const Tensor swapped = answer(world, meta, ordered(world, false, false, true)).softmax(-1);
  if (world.learner->method().traits().class_equivariant) {
    EXPECT_TRUE(at::allclose(swapped.flip(-1), plain, 1e-9, 1e-10));
  } else if (world.learner->method().traits().episodic) {
    EXPECT_FALSE(at::allclose(swapped.flip(-1), plain, 1e-6, 1e-7))
        << "declares less than it keeps";
  }
}

TEST_P(MethodLaws, AdaptingTwiceGivesTheSame) {
  const World world = this->world();
  const Params meta = world.learner->init(Key{3});
  const Record record = ordered(world, false, false, false);
  const Tensor first = answer(world, meta, record);
  EXPECT_TRUE(at::equal(first, answer(world, meta, record)));
}

TEST_P(MethodLaws, APredictorAnswersAsTheMethodDoes) {
  const World world = this->world();
  const Params meta = world.learner->init(Key{3});
  const Record record = ordered(world, false, false, false);
  const Adapted adapted = world.learner->method().adapt(
      world.learner->model(), localised(*world.learner, meta, record, false), record,
      world.context());
  const Tensor scores = adapted_scores(world.learner->model(), adapted, record.query)[0];
  EXPECT_TRUE(
      at::allclose(scores.softmax(-1), answer(world, meta, record).softmax(-1), 1e-9, 1e-10));
}

TEST_P(MethodLaws, AnsweringOneAtATimeAndTogetherIsTheSame) {
  const World world = this->world();
  const Params meta = world.learner->init(Key{3});
  const Record record = ordered(world, false, false, false);
  const Adapted adapted = world.learner->method().adapt(
      world.learner->model(), localised(*world.learner, meta, record, false), record,
      world.context());
  const Tensor together = adapted_scores(world.learner->model(), adapted, record.query)[0];
  const EpisodeSampler sampler(world.data.pool, world.learner->tasks_by(), {2, 2, 3},
                               world.data.labels, world.data.groups);
  const Episode whole = sampler.at(Key{11}, 0);
  for (std::size_t i = 0; i < whole.query.size(); ++i) {
    // The same rows, so that the adapted table fits: all other texts stay in the support.
    Episode one = whole;
    one.support.insert(one.support.end(), whole.query.begin(), whole.query.end());
    one.support_classes.insert(one.support_classes.end(), whole.query_classes.begin(),
                               whole.query_classes.end());
    one.query = {whole.query[i]};
    one.query_classes = {whole.query_classes[i]};
    const Record alone = conformance::record_of(world, one);
    EXPECT_TRUE(at::allclose(adapted_scores(world.learner->model(), adapted, alone.query)[0][0],
                             together[static_cast<std::int64_t>(i)], 1e-9, 1e-10));
  }
}

TEST_P(MethodLaws, RateZeroIsANoOp) {
  if (!this->world().learner->method().traits().inner_loop) GTEST_SKIP() << "has no inner loop";
  const char* rate =
      GetParam().method.starts_with("maml") ? "inner-learning-rate" : "tune-learning-rate";
  const World world = world_of(GetParam().encoder, cat(GetParam().method, " ", rate, "=0"), false);
  const Record record = ordered(world, false, false, false);
  const Params meta = world.learner->init(Key{3});
  const auto curve = world.learner->method().curve(world.learner->model(),
                                                   localised(*world.learner, meta, record, false),
                                                   record, world.context());
  ASSERT_GT(curve.size(), 1);
  EXPECT_TRUE(at::allclose(curve.back(), curve.front(), 1e-12, 1e-12));
}

TEST_P(MethodLaws, AnEmptySupportIsAnsweredOrRefused) {
  const World world = this->world();
  const auto source = world.source({2, 0, 3});
  const Record record = source->make(std::vector<std::uint64_t>{0});
  const Params meta = world.learner->init(Key{3});
  const auto ask = [&] {
    return world.learner->method().curve(world.learner->model(),
                                         localised(*world.learner, meta, record, false), record,
                                         world.context());
  };
  if (world.learner->method().traits().zero_shot) {
    EXPECT_EQ(ask().back().size(1), 6);
  } else {
    EXPECT_THROW(ask(), Error);
  }
}

}  // namespace
}  // namespace inkling
