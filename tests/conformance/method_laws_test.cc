// The laws of the design, over every method that is registered (docs/design.md, Laws).
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>
#include <stdexcept>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/base/temporary_folder.h"
#include "inkling/methods/method_registry.h"
#include "inkling/methods/test_help.h"
#include "inkling/tensor/test_help.h"
#include "inkling/train/meta_training.h"
#include "inkling/train/outer_step.h"
#include "tests/conformance/text_tasks.h"

namespace inkling {
namespace {

using conformance::World;
using conformance::world_of;

/// Every registered method at its defaults, and the variants whose mechanism differs.
std::vector<std::string> methods() {
  std::vector<std::string> all;
  for (const MethodMaker& maker : method_makers()) all.push_back(maker.name);
  for (const char* variant : {"maml adapt=head",
                              "maml adapt=body",
                              "maml inner-optimiser=momentum",
                              "maml inner-optimiser=adam inner-learning-rate=0.05",
                              "maml first-order=true",
                              "maml inner-clip=0.5",
                              "meta-sgd granularity=tensor",
                              "meta-sgd inner-optimiser=momentum",
                              "meta-sgd granularity=tensor estimator=forward inner-steps=2",
                              "meta-curvature inner-optimiser=momentum",
                              "maml++ multi-step-share=0",
                              "maml++ multi-step-share=0 first-order-share=0",
                              "protonet distance=cosine",
                              "protonet refine=soft refine-steps=2",
                              "protonet refine=distractor",
                              "protonet refine=masked",
                              "protonet refine=distractor distance=cosine logit-scale=5",
                              "protonet refine=masked distance=cosine",
                              "protonet refine=soft transductive=true",
                              "supervised adapt=head",
                              "fixmatch calibration-batch=0 masked-become=words weak-dropout=0.1",
                              "matching learn-scale=false",
                              "relation class-vector=sum loss=cross-entropy",
                              "induction loss=cross-entropy",
                              "ridge intercept=true",
                              "svm penalty=2"}) {
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
  // So small that hardly a rectified unit crosses zero on the way.
  constexpr double kStep = 1e-6;
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
  // Clean examples that come with unlabelled texts say alone how sure an answer is.
  const bool plain_risk = !traits.episodic && (traits.clean == 0 || traits.unlabelled_ratio > 0);
  if (traits.second_order || plain_risk) {
    EXPECT_LT(largest, 1e-6 * std::max(1.0, scale));
  } else if (traits.inner_loop) {
    EXPECT_GT(largest, 1e-5) << "of first order, and yet exact";
  }
}

TEST_P(MethodLaws, RowSparseEqualsDense) {
  const World world = this->world();
  const Record sparse = world.source()->make(std::vector<std::uint64_t>{0, 1});
  Record dense = sparse;
  dense.rows = Tensor();
  for (Batch* batch : {&dense.support, &dense.query}) {
    batch->words.ids = sparse.rows.index_select(0, batch->words.ids);
  }
  const Params whole = world.learner->init(Key{3});
  const auto found = [&](const Record& record) {
    const Params meta = localised(*world.learner, whole, record, true);
    return world.learner->method().meta_gradient(world.learner->model(), meta, record,
                                                 world.context());
  };
  const auto of_sparse = found(sparse);
  const auto of_dense = found(dense);
  EXPECT_TRUE(at::allclose(of_sparse.losses, of_dense.losses, 1e-10, 1e-12));
  std::size_t at = 0;
  for (const std::string& name : trained_part(*world.learner, whole).names()) {
    const Tensor rows = has_table_rows(world.learner->model(), name) ? sparse.rows : Tensor();
    EXPECT_TRUE(at::allclose(as_dense({of_sparse.gradients.at(at), rows}, whole.at(name)),
                             of_dense.gradients.at(at), 1e-9, 1e-11))
        << name;
    ++at;
  }
}

TEST_P(MethodLaws, ThreadsAndTheCutOfABatchChangeNothing) {
  const World world = this->world();
  const auto source = world.source();
  const Params meta = world.learner->init(Key{3});
  const auto gradient = [&](int threads, std::uint64_t size) {
    std::vector<Shard> shards;
    for (std::uint64_t at = 0; at < 4; at += size) {
      Shard shard{[&](std::span<const std::uint64_t> numbers) { return source->make(numbers); },
                  {}};
      for (std::uint64_t i = at; i < at + size; ++i) shard.numbers.push_back(i);
      shards.push_back(std::move(shard));
    }
    Workers workers(threads);
    return mean_gradient(*world.learner, meta, shards, {Key{1}}, workers);
  };
  const MeanGradient one = gradient(1, 2);
  const MeanGradient threads = gradient(3, 2);
  const MeanGradient cut = gradient(1, 4);
  EXPECT_EQ(one.loss, threads.loss);
  // A batch of texts that have one loss together is never cut; what other words a text gets is
  // drawn for each shard, and a shard's size is fixed.
  const Traits& traits = world.learner->method().traits();
  const bool is_cut = !traits.self_supervised && traits.unlabelled_ratio == 0;
  EXPECT_TRUE(!is_cut || std::abs(one.loss - cut.loss) < 1e-12);
  for (const auto& [name, value] : one.gradients) {
    EXPECT_TRUE(at::equal(value.value, threads.gradients.at(name).value)) << name;
    EXPECT_EQ(value.sparse(), has_table_rows(world.learner->model(), name)) << name;
    EXPECT_TRUE(!is_cut ||
                at::allclose(as_dense(value, meta.at(name)),
                             as_dense(cut.gradients.at(name), meta.at(name)), 1e-9, 1e-12))
        << name;
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
  const EpisodeSampler sampler(world.data.pool, world.learner->tasks_by(), world.shape(),
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
      for (auto& c : *classes) c = c < 0 ? c : 1 - c;
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

TEST_P(MethodLaws, LabelsAreNotLookedAtWhereItSaysSo) {
  const World world = this->world();
  Record record = world.source()->make(std::vector<std::uint64_t>{0, 1});
  const Params meta = localised(*world.learner, world.learner->init(Key{3}), record, true);
  const double before = meta_loss(world, meta, record);
  Tensor& classes = record.query_targets.classes;
  classes = 1 - classes;
  const Traits& traits = world.learner->method().traits();
  // One with clean examples may look at the labels of these alone.
  if (traits.clean > 0) return;
  EXPECT_EQ(meta_loss(world, meta, record) == before, traits.self_supervised);
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
  // A predictor never knows all the queries.
  const bool alike = !world.learner->method().traits().transductive;
  EXPECT_EQ(at::allclose(scores.softmax(-1), answer(world, meta, record).softmax(-1), 1e-9, 1e-10),
            alike);
}

TEST_P(MethodLaws, AnsweringOneAtATimeAndTogetherIsTheSame) {
  const World world = this->world();
  const Params meta = world.learner->init(Key{3});
  const Record record = ordered(world, false, false, false);
  const Adapted adapted = world.learner->method().adapt(
      world.learner->model(), localised(*world.learner, meta, record, false), record,
      world.context());
  const Tensor together = adapted_scores(world.learner->model(), adapted, record.query)[0];
  const EpisodeSampler sampler(world.data.pool, world.learner->tasks_by(), world.shape(),
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

/// The option that is the rate of a method's inner loop.
std::string rate_option(const World& world) {
  for (const Field& field : world.learner->config().method.options.fields()) {
    if (field.name.ends_with("learning-rate")) return field.name;
  }
  ADD_FAILURE() << "has an inner loop and no option ...learning-rate";
  return "";
}

TEST_P(MethodLaws, RateZeroIsANoOp) {
  if (!this->world().learner->method().traits().inner_loop) GTEST_SKIP() << "has no inner loop";
  const World world = world_of(
      GetParam().encoder, cat(GetParam().method, " ", rate_option(this->world()), "=0"), false);
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

/// Passes on another source's records, and ends as a crash would after some.
class Crashing : public EpisodeSource {
 public:
  Crashing(const EpisodeSource& from, int records) : from_(from), left_(records) {}
  Record make(std::span<const std::uint64_t> numbers) const override {
    count();
    return from_.make(numbers);
  }
  std::int64_t examples() const override { return from_.examples(); }
  Record pass(std::span<const std::int64_t> places) const override {
    count();
    return from_.pass(places);
  }

 private:
  void count() const {
    if (left_-- == 0) throw std::runtime_error("crashed");
  }
  const EpisodeSource& from_;
  mutable int left_;
};

Params trained(const World& world, const EpisodeSource& from, const std::filesystem::path& folder,
               bool resume) {
  TrainingSetup setup;
  setup.train = &from;
  const auto clean = world.source();
  if (world.learner->method().traits().clean > 0) setup.validation = clean.get();
  setup.unlabelled = clean.get();
  setup.folder = folder;
  setup.resume = resume;
  setup.quiet = true;
  Workers workers(1);
  return meta_train(*world.learner, setup, workers).params;
}

/// Two records a step, or one where all examples fit in one: of six steps the fifth crashes, and
/// goes on from a checkpoint before it.
TEST(MethodTraining, StopsAndResumesToTheSameBits) {
  for (const std::string& method : methods()) {
    SCOPED_TRACE(method);
    for (const char* lazy : {"true", "false"}) {
      const World world = world_of("average dimensions=4 scale=0.5 dropout=0.2", method, false,
                                   {{"train",
                                     {{"steps", "6"},
                                      {"meta-batch", "4"},
                                      {"checkpoint-every", "2"},
                                      {"lazy-adam", lazy},
                                      {"dtype", "float32"}}}});
      const auto source = world.source();
      const TemporaryFolder folder;
      const Params whole = trained(world, *source, folder.path() / "whole", false);
      const Crashing crashing(*source, world.learner->method().traits().episodic ? 9 : 4);
      EXPECT_THROW(trained(world, crashing, folder.path() / "stopped", false), std::runtime_error);
      const Params resumed = trained(world, *source, folder.path() / "stopped", true);
      ASSERT_EQ(resumed.names(), whole.names());
      const Params start = world.learner->init(Key{3});
      for (const auto& [name, value] : whole) {
        EXPECT_TRUE(at::equal(resumed.at(name), value)) << name;
        EXPECT_EQ(value.sizes(), start.at(name).sizes()) << name;
      }
    }
  }
}

/// A training of 3 steps that goes on to 6, and one begun with 6.
TEST(MethodTraining, GoesOnToMoreStepsAsIfBegunWithThemUnlessItAnneals) {
  for (const std::string& method : methods()) {
    SCOPED_TRACE(method);
    const auto train = [&](const char* steps, const std::filesystem::path& folder, bool resume) {
      const World world =
          world_of("average dimensions=4 scale=0.5", method, false,
                   {{"train", {{"steps", steps}, {"meta-batch", "2"}, {"validate-every", "0"}}}});
      return trained(world, *world.source(), folder, resume);
    };
    const TemporaryFolder folder;
    train("3", folder.path() / "longer", false);
    const auto go_on = [&] { return train("6", folder.path() / "longer", true); };
    if (world_of("average dimensions=4", method, false).learner->method().traits().anneals) {
      const Error error = testing_help::error_of([&] { go_on(); });
      EXPECT_EQ(error.kind(), ErrorKind::usage);
      EXPECT_EQ(error.where().field, "steps");
      EXPECT_NE(error.message().find("anneals over steps = 3, not 6"), std::string::npos)
          << error.what();
      continue;
    }
    const Params longer = go_on();
    const Params whole = train("6", folder.path() / "whole", false);
    ASSERT_EQ(longer.names(), whole.names());
    for (const auto& [name, value] : whole) EXPECT_TRUE(at::equal(longer.at(name), value)) << name;
  }
}

TEST(Methods, ThatKeepFewStatesHaveTheSameGradient) {
  int found = 0;
  for (const MethodMaker& maker : method_makers()) {
    if (!testing_help::has_option(maker.name, "checkpoints")) continue;
    ++found;
    SCOPED_TRACE(maker.name);
    testing_help::expect_same_method(cat(maker.name, " inner-steps=6 checkpoints=2"),
                                     cat(maker.name, " inner-steps=6"));
  }
  EXPECT_GE(found, 5) << "maml, anil, boil, meta-curvature, meta-sgd";
}

TEST(Methods, SayWhatTheirTraitsAre) {
  for (const PluginEntry& entry : methods_options()) {
    const std::string name(entry.info.name);
    const Traits traits = make_method(name, entry.make_options())->traits();
    const auto says = [&](std::string_view words) {
      return entry.info.traits.find(words) != std::string_view::npos;
    };
    EXPECT_EQ(says("inner loop"), traits.inner_loop) << name;
    EXPECT_EQ(says("closed form"), traits.closed_form) << name;
    EXPECT_EQ(says("class-equivariant"), traits.class_equivariant) << name;
    EXPECT_EQ(says("zero shot"), traits.zero_shot) << name;
    EXPECT_EQ(says("regression"), traits.regression) << name;
    EXPECT_EQ(says("anneals"), traits.anneals) << name;
    if (traits.inner_loop) {
      EXPECT_EQ(says("second order"), traits.second_order) << name;
    }
    for (const std::string_view text : {entry.info.summary, entry.info.when}) {
      EXPECT_GT(text.size(), 10) << name;
    }
    // Plain training is nobody's.
    EXPECT_EQ(entry.info.source.empty(), name == "supervised") << name;
  }
}

TEST(Methods, RefuseEveryOptionOutsideItsRange) {
  for (const PluginEntry& entry : methods_options()) {
    const PluginOptions options = entry.make_options();
    for (const Field& field : options.fields()) {
      SCOPED_TRACE(cat(entry.info.name, " ", field.name));
      const bool number = std::holds_alternative<std::int64_t*>(field.value) ||
                          std::holds_alternative<double*>(field.value);
      const bool truth = std::holds_alternative<bool*>(field.value);
      if (!number && !truth && field.constraint.choices.empty()) continue;  // any text
      std::vector<std::string> wrong = {"nonsense", "nan", "1e999"};
      if (number) {
        ASSERT_TRUE(std::isfinite(field.constraint.low)) << "anything is allowed";
        const double low = field.constraint.low - (field.constraint.low_open ? 0 : 1);
        wrong.push_back(shortest(low));
        if (std::isfinite(field.constraint.high)) {
          wrong.push_back(shortest(field.constraint.high + std::abs(field.constraint.high) + 1));
        }
      }
      const std::string before = field_text(field);
      for (const std::string& text : wrong) {
        const Error error = testing_help::error_of([&] { set_field(field, text); });
        EXPECT_EQ(error.kind(), ErrorKind::usage) << text;
        EXPECT_EQ(error.where().field, field.name) << text;
      }
      EXPECT_EQ(field_text(field), before);
    }
  }
}

/// A learner of this configuration on the task that makes its own data.
Error refusal(const std::string& task, const std::string& method, const std::string& shots) {
  return testing_help::error_of([&] {
    const ConfigValues values = {{"task", {{"name", task}}},
                                 {"encoder", {{"name", "dense"}}},
                                 {"method", {{"name", method}}},
                                 {"episodes", {{"shots", shots}}}};
    Learner(config_from_values(values), std::nullopt, {});
  });
}

TEST(Methods, ThatCannotPredictNumbersNameThoseThatCan) {
  for (const MethodMaker& maker : method_makers()) {
    const auto traits = [](const std::string& name) {
      return make_method(name, plugin_named(methods_options(), "method", name).make_options())
          ->traits();
    };
    if (traits(maker.name).regression) continue;
    const Error error = refusal("sinusoid", maker.name, "5");
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_EQ(error.where().field, "method");
    for (const MethodMaker& other : method_makers()) {
      EXPECT_EQ(cat(error.hint(), ",").find(cat(" ", other.name, ",")) != std::string::npos,
                traits(other.name).regression)
          << other.name << ": " << error.hint();
    }
  }
}

TEST(Methods, ThatNeedASupportNameThoseThatDoNot) {
  for (const MethodMaker& maker : method_makers()) {
    const auto method = make_method(
        maker.name, plugin_named(methods_options(), "method", maker.name).make_options());
    if (method->traits().zero_shot) continue;
    const Error error = testing_help::error_of(
        [&] { world_of("average", maker.name, false, {{"episodes", {{"shots", "0"}}}}); });
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_EQ(error.where().field, "shots");
    for (const char* able : {"maml", "meta-sgd", "reptile", "supervised"}) {
      EXPECT_NE(error.hint().find(able), std::string::npos) << error.hint();
    }
    EXPECT_EQ(error.hint().find(maker.name), std::string::npos) << error.hint();
  }
}

TEST(Methods, ThatReadLabelledExamplesAloneNameWhatTakesOthers) {
  int taking = 0;
  for (const std::string& method : methods()) {
    SCOPED_TRACE(method);
    const auto shape = [&] {
      return world_of("average", method, false, {{"episodes", {{"unlabelled-shots", "3"}}}})
          .learner->shape();
    };
    if (world_of("average", method, false).learner->method().traits().unlabelled) {
      EXPECT_EQ(shape().unlabelled, 3);
      ++taking;
      continue;
    }
    const Error error = testing_help::error_of([&] { shape(); });
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_EQ(error.where().field, "unlabelled-shots");
    EXPECT_NE(error.hint().find("--method protonet --refine"), std::string::npos) << error.hint();
  }
  EXPECT_GE(taking, 5) << "the ways to refine prototypes";
}

TEST(Methods, ThatPredictNumbersLearnOnSineWaves) {
  int found = 0;
  for (const MethodMaker& maker : method_makers()) {
    std::map<std::string, std::string> chosen = {{"name", maker.name}};
    if (maker.name == "imaml") {
      // It refuses a rate at which the steps go nowhere, and waves curve more than texts.
      chosen["inner-learning-rate"] = "0.001";
      chosen["lambda"] = "400";
    }
    const ConfigValues values = {{"task", {{"name", "sinusoid"}}},
                                 {"encoder", {{"name", "dense"}, {"hidden", "6"}}},
                                 {"method", chosen},
                                 {"train", {{"steps", "3"}, {"meta-batch", "2"}}}};
    if (!make_method(maker.name,
                     plugin_named(methods_options(), "method", maker.name).make_options())
             ->traits()
             .regression) {
      continue;
    }
    ++found;
    SCOPED_TRACE(maker.name);
    const Learner learner(config_from_values(values), std::nullopt, {});
    const auto source = learner.source(nullptr, learner.shape(), Key{1});
    TrainingSetup setup;
    setup.train = source.get();
    setup.quiet = true;
    Workers workers(1);
    const TrainingOutcome outcome = meta_train(learner, setup, workers);
    EXPECT_EQ(outcome.steps, 3);
    const Record record = source->make(std::vector<std::uint64_t>{7});
    const Method& method = learner.method();
    const Adapted adapted =
        method.adapt(learner.model(), outcome.params, record, learner.context());
    EXPECT_TRUE(at::allclose(
        adapted_scores(learner.model(), adapted, record.query),
        method.curve(learner.model(), outcome.params, record, learner.context()).back(), 1e-5,
        1e-6));
  }
  EXPECT_GE(found, 12) << "ridge, and all that fit by gradient steps";
}

}  // namespace
}  // namespace inkling
