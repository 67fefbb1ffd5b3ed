#include "inkling/optim/transform.h"

#include <gtest/gtest.h>

#include "inkling/tensor/test_help.h"

namespace inkling {
namespace {

using testing_help::distance;
using testing_help::error_of;
using testing_help::number;
using testing_help::numbers;

Hyper rates(double rate, double momentum = 0) {
  return {{"learning_rate", number(rate)}, {"momentum", number(momentum)}};
}

/// The updates of one number for these gradients, one after the other.
std::vector<double> updates(const TransformPtr& transform, const std::vector<double>& given,
                            const Hyper& hyper, double parameter = 0) {
  const Params params = {{"w", number(parameter)}};
  TransformState state = transform->init(params);
  std::vector<double> found;
  for (const double gradient : given) {
    Update update = transform->update({{"w", number(gradient)}}, state, params, hyper);
    found.push_back(update.updates.at("w").item<double>());
    state = std::move(update.state);
  }
  return found;
}

void expect_updates(const TransformPtr& transform, const Hyper& hyper,
                    const std::vector<double>& expected) {
  const auto found = updates(transform, {1, 2, 3}, hyper);
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(found[i], expected[i], 1e-14) << i;
}

TEST(Transform, SgdByHand) {
  expect_updates(sgd(), rates(.1), {-.1, -.2, -.3});
}

TEST(Transform, MomentumByHand) {
  expect_updates(momentum(), rates(.1, .5), {-.1, -.25, -.425});
}

TEST(Transform, AdamByHand) {
  // m = .1, .29, .561; v = .001, .004999, .013994001; each over its bias, in 30 digits.
  expect_updates(adam(), rates(.1),
                 {-.099999999000000010, -.096518201971834350, -.095800121966486620});
}

TEST(Transform, StateIsAValue) {
  const Params params = {{"w", number(0)}};
  const TransformState before = adam()->init(params);
  const Update first = adam()->update({{"w", number(1)}}, before, params, rates(.1));
  EXPECT_EQ(before.step, 0);
  EXPECT_EQ(before.slots[0].at("w").item<double>(), 0);
  EXPECT_EQ(first.state.step, 1);
  const Update again = adam()->update({{"w", number(1)}}, before, params, rates(.1));
  EXPECT_TRUE(at::equal(first.updates.at("w"), again.updates.at("w")));
}

TEST(Transform, AdamHasFiniteDerivativesOfAnyOrderAtAZeroGradient) {
  for (const at::ScalarType type : {at::kDouble, at::kFloat}) {
    const Tensor gradient = leaf(at::zeros({3}, type));
    const Params params = {{"w", at::zeros({3}, type)}};
    const Hyper hyper = {{"learning_rate", at::scalar_tensor(.1, type)}};
    const Tensor update =
        adam()->update({{"w", gradient}}, adam()->init(params), params, hyper).updates.at("w");
    const Tensor first = gradients(update.sum(), {gradient}, true)[0];
    EXPECT_TRUE(first.isfinite().all().item<bool>());
    EXPECT_NE(first[0].item<double>(), 0);
    EXPECT_TRUE(gradients(first.sum(), {gradient}, false)[0].isfinite().all().item<bool>());
  }
}

TEST(Transform, ClipScalesTheCommonNorm) {
  const Params given = {{"a", numbers({3}, {1})}, {"b", numbers({0, 4}, {2})}};
  const auto clipped = [&](double norm) {
    return clip(norm)->update(given, {}, given, {}).updates;
  };
  EXPECT_LT(distance(clipped(2.5).at("a"), numbers({1.5}, {1})), 1e-15);
  EXPECT_LT(distance(clipped(2.5).at("b"), numbers({0, 2}, {2})), 1e-15);
  EXPECT_TRUE(at::equal(clipped(6).at("b"), given.at("b")));
}

TEST(Transform, ClipPerEpisodeGivesEachANormOfItsOwn) {
  const Params given = {{"a", numbers({3, .3}, {2, 1})}, {"b", numbers({4, 0, .4, 0}, {2, 2, 1})}};
  const Params clipped = clip(1, true)->update(given, {}, given, {}).updates;
  EXPECT_LT(distance(clipped.at("a"), numbers({.6, .3}, {2, 1})), 1e-15);
  EXPECT_LT(distance(clipped.at("b"), numbers({.8, 0, .4, 0}, {2, 2, 1})), 1e-15);
}

TEST(Transform, ClipIsDifferentiableThroughTheNorm) {
  const Tensor g = leaf(numbers({3, 4}, {2}));
  const Tensor clipped = clip(1)->update({{"w", g}}, {}, {{"w", g}}, {}).updates.at("w");
  const Tensor row = gradients(clipped[0], {g}, false)[0];
  EXPECT_LT(distance(row, numbers({1.0 / 5 - 9.0 / 125, -12.0 / 125}, {2})), 1e-15);
  const Tensor zero = leaf(numbers({0, 0}, {2}));
  const Tensor at_zero = clip(1)->update({{"w", zero}}, {}, {{"w", zero}}, {}).updates.at("w");
  EXPECT_TRUE(at::equal(gradients(at_zero.sum(), {zero}, false)[0], numbers({1, 1}, {2})));
}

TEST(Transform, DecayIsDecoupledFromTheMomentsAndHasAGradient) {
  const Tensor amount = leaf(number(.01));
  Hyper hyper = rates(.1);
  hyper.set("weight_decay", amount);
  const TransformPtr both = chain({adam(), decay()});
  const Params params = {{"w", number(2)}};
  const Tensor update =
      both->update({{"w", number(1)}}, both->init(params), params, hyper).updates.at("w");
  EXPECT_NEAR(update.item<double>(), -.09999999900000001 - .1 * .01 * 2, 1e-15);
  EXPECT_NEAR(gradients(update, {amount}, false)[0].item<double>(), -.1 * 2, 1e-15);
  EXPECT_EQ(both->reads(),
            (std::vector<std::string>{"learning_rate", "learning_rate", "weight_decay"}));
}

/// Random numbers of w [3, 2] and b [2]; b's are undefined where `with_b` is false.
Params drawn(std::uint64_t key, bool with_b = true) {
  return {{"w", normal(Key{key}, {3, 2}, at::kDouble)},
          {"b", with_b ? normal(Key{key + 100}, {2}, at::kDouble) : Tensor()}};
}

void expect_equal(const Params& found, const Params& wanted) {
  for (const auto& [name, value] : wanted) {
    const Tensor& own = found.at(name);
    if (value.defined() && own.defined()) {
      EXPECT_LT(distance(own, value), 1e-12) << name;
    } else if (own.defined() || value.defined()) {
      EXPECT_EQ((own.defined() ? own : value).abs().max().item<double>(), 0) << name;
    }
  }
}

TEST(Transform, ChangesAlongDirectionsAreThoseOfTheGraph) {
  const Hyper rates_of_all = {
      {"learning_rate", number(.1)}, {"momentum", number(.7)}, {"weight_decay", number(.02)}};
  Hyper rates_by_element = rates_of_all;
  rates_by_element.set("learning_rate.w", numbers({.1, .2, .3, .4, .5, .6}, {3, 2}));
  const std::vector<TransformPtr> transforms = {sgd(), momentum(), adam(), chain({adam(), decay()}),
                                                chain({clip(1), momentum(), decay()})};
  for (std::size_t which = 0; which < transforms.size(); ++which) {
    for (const Hyper& all : {rates_of_all, rates_by_element}) {
      SCOPED_TRACE(which);
      const Transform& transform = *transforms[which];
      // Along the first direction all changes, along the second the gradient of w alone, along the
      // third nothing but the hyperparameters.
      const auto dual = [&](std::uint64_t key) {
        const Params none = {{"w", Tensor()}, {"b", Tensor()}};
        return Dual{drawn(key), {drawn(key + 1), none, none}};
      };
      Dual gradients = dual(10);
      gradients.along[1] = drawn(12, false);
      const auto unit = [](const std::string&, const Tensor& value) {
        return normal(Key{13}, value.sizes(), at::kDouble);
      };
      const Hyper nothing = all.with(std::vector<Tensor>(all.size()));
      const Dual hyper = {all, {all.map(unit), nothing, all.map(unit)}};
      std::vector<Dual> slots;
      for (std::size_t i = 0; i < transform.slots(); ++i) {
        slots.push_back(dual(20 + 10 * i));
        slots.back().value = slots.back().value.map(
            [](const std::string&, const Tensor& value) { return value.abs() + .1; });
      }
      std::vector<Dual> others = slots;
      const Dual found = transform.apply_along(gradients, slots, 4, dual(15), hyper);
      const Dual wanted = transform.Transform::apply_along(gradients, others, 4, dual(15), hyper);
      expect_equal(found.value, wanted.value);
      ASSERT_EQ(found.along.size(), 3U);
      for (std::size_t d = 0; d < 3; ++d) {
        expect_equal(found.along[d], wanted.along[d]);
        for (std::size_t i = 0; i < slots.size(); ++i) {
          expect_equal(slots[i].value, others[i].value);
          expect_equal(slots[i].along[d], others[i].along[d]);
        }
      }
      EXPECT_GT(wanted.along[2].at("w").abs().max().item<double>(), 0);
    }
  }
}

TEST(Transform, SchedulesGoFromOneToTheirEnd) {
  const auto expect = [](const char* name, const std::vector<double>& at_0_5_10_20) {
    const auto factor = schedule_named(name, 10);
    const std::int64_t steps[] = {0, 5, 10, 20};
    for (std::size_t i = 0; i < 4; ++i)
      EXPECT_NEAR(factor(steps[i]), at_0_5_10_20[i], 1e-15) << name;
  };
  expect("constant", {1, 1, 1, 1});
  expect("linear", {1, .5, 0, 0});
  expect("cosine", {1, .5, 0, 0});
  EXPECT_NEAR(schedule_named("cosine", 3)(1), .75, 1e-15);
  EXPECT_EQ(
      error_of([] { schedule_named("cosinus", 3); }).hint().find("cosine") != std::string::npos,
      true);
}

TEST(Transform, AChainKeepsTheStateOfEachOfItsParts) {
  const TransformPtr both = chain({momentum(), momentum()});
  EXPECT_EQ(both->slots(), 2);
  // Velocities 1, 2.5; updates -.1, -.25; the second momentum of them: v = -.1, -.3.
  const auto found = updates(both, {1, 2}, rates(.1, .5));
  EXPECT_NEAR(found[0], .01, 1e-15);
  EXPECT_NEAR(found[1], .03, 1e-15);
}

TEST(Transform, LinearIsSaidOfThoseThatAre) {
  for (const auto& [transform, linear] :
       std::vector<std::pair<TransformPtr, bool>>{{sgd(), true},
                                                  {momentum(), true},
                                                  {adam(), false},
                                                  {clip(1), false},
                                                  {chain({sgd(), momentum()}), true},
                                                  {chain({clip(1), sgd()}), false}}) {
    EXPECT_EQ(transform->linear(), linear);
    const double once = updates(transform, {1, 2}, rates(.1, .5), 3)[1];
    const double thrice = updates(transform, {3, 6}, rates(.1, .5), 3)[1];
    EXPECT_EQ(std::abs(thrice - 3 * once) < 1e-12, linear) << "as it says of itself";
  }
}

TEST(Hyper, OfANameComesBeforeTheCommonOne) {
  const Hyper hyper = {{"learning_rate", number(.1)}, {"learning_rate.head.b", number(.2)}};
  EXPECT_EQ(hyper_for(hyper, "learning_rate", "head.b", 0).item<double>(), .2);
  EXPECT_EQ(hyper_for(hyper, "learning_rate", "head.w", 0).item<double>(), .1);
  EXPECT_THROW(hyper_for(hyper, "momentum", "head.b", 0), Error);
}

TEST(Hyper, OfEachStepServesTheLaterOnesWithItsLast) {
  const Hyper hyper = {{"step.learning_rate", numbers({.1, .2}, {2})}};
  const auto found = updates(sgd(), {1, 1, 1}, hyper);
  EXPECT_EQ(found, (std::vector<double>{-.1, -.2, -.2}));
}

TEST(Hyper, WhatIsSaidOfTheParameterComesBeforeWhatIsSaidOfAll) {
  Hyper hyper = {{"step.learning_rate", numbers({.4}, {1})}};
  const auto found = [&] { return hyper_for(hyper, "learning_rate", "w", 3).item<double>(); };
  EXPECT_EQ(found(), .4);
  hyper.set("learning_rate", number(.3));
  EXPECT_EQ(found(), .3);
  hyper.set("step.learning_rate.w", numbers({.1, .2}, {2}));
  EXPECT_EQ(found(), .2);
  hyper.set("learning_rate.w", number(.5));
  EXPECT_EQ(found(), .5);
  EXPECT_EQ(hyper_for(hyper, "learning_rate", "v", 3).item<double>(), .3);
}

Tensor update_of(const Tensor& gradient, const Hyper& hyper) {
  return sgd()->update({{"w", gradient}}, {}, {{"w", gradient}}, hyper).updates.at("w");
}

TEST(Hyper, OfAParametersShapeActsOnEachElementOfEveryEpisode) {
  const Tensor gradient = at::ones({2, 3, 2}, at::kDouble);
  const Tensor rate = numbers({.1, .2, .3, .4, .5, .6}, {3, 2});
  EXPECT_TRUE(at::equal(update_of(gradient, {{"learning_rate.w", rate}}),
                        -rate.unsqueeze(0).expand({2, 3, 2})));
  // As many episodes as elements, and as many steps: still of the elements.
  const Tensor square = at::ones({2, 2}, at::kDouble);
  EXPECT_TRUE(at::equal(update_of(square, {{"learning_rate.w", numbers({.1, .2}, {2})}}),
                        numbers({-.1, -.2, -.1, -.2}, {2, 2})));
}

TEST(Hyper, OfAParameterAndAStepMayHaveTheParametersShape) {
  const Params params = {{"w", at::zeros({2, 3}, at::kDouble)}};
  const Params ones = {{"w", at::ones({2, 3}, at::kDouble)}};
  const Tensor rates = numbers({.1, .2, .3, .4, .5, .6}, {2, 3});
  TransformState state = sgd()->init(params);
  for (const std::int64_t step : {0, 1, 1}) {
    Update update = sgd()->update(ones, state, params, {{"step.learning_rate.w", rates}});
    EXPECT_TRUE(at::equal(update.updates.at("w"), -rates[step].unsqueeze(0).expand({2, 3})));
    state = std::move(update.state);
  }
}

TEST(Hyper, MayBeAnEpisodesOwn) {
  const Tensor gradient = at::ones({2, 3, 1}, at::kDouble);
  for (const char* key : {"learning_rate.w", "learning_rate"}) {
    EXPECT_TRUE(at::equal(update_of(gradient, {{key, numbers({.1, .2}, {2, 1, 1})}}),
                          numbers({-.1, -.1, -.1, -.2, -.2, -.2}, {2, 3, 1})));
  }
}

TEST(Hyper, ActsOnCoefficientsWhereItIsTheSameForEveryRow) {
  const auto acts = [](const TransformPtr& transform, const Tensor& momentum) {
    const Hyper hyper = {{"step.learning_rate", numbers({.1, .2}, {2})}, {"momentum.w", momentum}};
    return transform->acts_on_coefficients(hyper, "w");
  };
  EXPECT_TRUE(acts(momentum(), number(.5)));
  EXPECT_TRUE(acts(momentum(), at::ones({4}, at::kDouble))) << "of columns";
  EXPECT_TRUE(acts(momentum(), at::ones({2, 1, 1}, at::kDouble))) << "of episodes";
  EXPECT_FALSE(acts(momentum(), at::ones({3, 4}, at::kDouble)));
  EXPECT_FALSE(acts(momentum(), at::ones({2, 3, 4}, at::kDouble)));
  EXPECT_FALSE(acts(chain({sgd(), momentum()}), at::ones({3, 1}, at::kDouble)));
  EXPECT_TRUE(acts(sgd(), at::ones({3, 4}, at::kDouble))) << "which does not read it";
  EXPECT_FALSE(acts(adam(), number(.5)));
}

TEST(Hyper, CanBeDifferentiated) {
  const Tensor rate = leaf(number(.1));
  const Params gradient = {{"w", number(3)}};
  const Hyper hyper = {{"learning_rate", rate}, {"momentum", number(.5)}};
  for (const char* name : {"sgd", "momentum", "adam"}) {
    const auto transform = transform_named(name);
    const Tensor update =
        transform->update(gradient, transform->init(gradient), gradient, hyper).updates.at("w");
    EXPECT_NEAR(gradients(update, {rate}, false)[0].item<double>(),
                name == std::string("adam") ? -1 : -3, 1e-8);
  }
  EXPECT_EQ(error_of([] { transform_named("adm"); }).hint().find("adam") != std::string::npos,
            true);
}

}  // namespace
}  // namespace inkling
