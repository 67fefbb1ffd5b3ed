#include "inkling/tasks/classification/classification.h"

#include <gtest/gtest.h>

#include <set>

#include "inkling/base/strings.h"
#include "inkling/nn/bag.h"
#include "inkling/tensor/test_help.h"

namespace inkling::classification {
namespace {

using testing_help::distance;

/// Three labels of eight texts each in two groups; text i is "wi" and words that all have.
struct Texts {
  std::vector<std::string> texts;
  TextData data;
  Vocabulary words;

  Texts() : words(Vocabulary::build({}, {})) {
    for (int i = 0; i < 24; ++i) {
      texts.push_back(cat("w", i, i % 2 == 0 ? " all all" : " all some words"));
      data.pool.push_back({i, i % 3, i / 12, static_cast<std::uint64_t>(i)});
    }
    const std::vector<std::string_view> views(texts.begin(), texts.end());
    words = Vocabulary::build(views, {});
    data.table = tokenise(views, words);
    data.labels = {"x", "y", "z"};
    data.groups = {"one", "two"};
  }

  std::unique_ptr<EpisodeSource> source(TasksBy by, EpisodeShape shape,
                                        TextWeights weights = {}) const {
    SourceOptions how;
    how.text = &data;
    how.by = by;
    how.shape = shape;
    how.key = Key{4};
    how.weights = std::move(weights);
    how.rows = words.rows();
    how.dtype = at::kDouble;
    return make({})->source(how);
  }

  /// The texts of a batch, in words.
  std::vector<std::string> spelt(const Batch& batch, const Tensor& rows) const {
    std::vector<std::string> all;
    for (std::int64_t text = 0; text < batch.episodes * batch.units; ++text) {
      std::string one;
      for (std::int64_t i = batch.words.offsets[text].item<std::int64_t>();
           i < batch.words.offsets[text + 1].item<std::int64_t>(); ++i) {
        const auto row = rows[batch.words.ids[i]].item<std::int64_t>();
        one += (one.empty() ? "" : " ") + words.word(row);
      }
      all.push_back(one);
    }
    return all;
  }

  std::size_t place(const std::string& text) const {
    return static_cast<std::size_t>(std::ranges::find(texts, text) - texts.begin());
  }
};

TEST(Classification, IdsNameTheRowsThatOccurAndRowsTheTablesOwn) {
  const Texts world;
  const Record record =
      world.source(TasksBy::group, {3, 1, 2})->make(std::vector<std::uint64_t>{0, 1});
  const Tensor& rows = record.rows;
  EXPECT_TRUE((rows.diff() > 0).all().item<bool>()) << "rising";
  std::set<std::string> words;
  for (const Batch* batch : {&record.support, &record.query}) {
    for (const std::string& text : world.spelt(*batch, rows)) {
      EXPECT_LT(world.place(text), world.texts.size()) << text;
      for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(' ', at), text.size());
        words.insert(text.substr(at, end - at));
        at = end + 1;
      }
    }
    EXPECT_TRUE(batch->words.longest == 3 || batch->words.longest == 4);
  }
  EXPECT_EQ(static_cast<std::size_t>(rows.size(0)), words.size()) << "no row that does not occur";
}

TEST(Classification, TargetsAreTheLabelsOfTheTexts) {
  const Texts world;
  const Record record =
      world.source(TasksBy::group, {3, 1, 2})->make(std::vector<std::uint64_t>{0, 1});
  EXPECT_EQ(record.classes, 3);
  EXPECT_FALSE(record.new_classes);
  EXPECT_EQ(record.support_targets.classes.sizes(), (at::IntArrayRef{2, 3}));
  EXPECT_EQ(record.query_targets.classes.sizes(), (at::IntArrayRef{2, 6}));
  for (const auto& [batch, targets] : {std::pair(&record.support, &record.support_targets),
                                       std::pair(&record.query, &record.query_targets)}) {
    const auto texts = world.spelt(*batch, record.rows);
    const Tensor classes = targets->classes.reshape({-1});
    for (std::size_t i = 0; i < texts.size(); ++i) {
      EXPECT_EQ(classes[static_cast<std::int64_t>(i)].item<std::int64_t>(),
                static_cast<std::int64_t>(world.place(texts[i]) % 3));
    }
  }
}

TEST(Classification, SquaresOfATextsWeightsSumToOneWhereAsked) {
  const Texts world;
  const Record record = world.source(TasksBy::group, {3, 1, 2}, {.norm = TextNorm::l2})
                            ->make(std::vector<std::uint64_t>{0});
  const Batch& batch = record.support;
  for (std::int64_t text = 0; text < batch.episodes * batch.units; ++text) {
    const auto first = batch.words.offsets[text].item<std::int64_t>();
    const auto entries = batch.words.offsets[text + 1].item<std::int64_t>() - first;
    const Tensor weights = batch.words.weights.narrow(0, first, entries);
    EXPECT_NEAR(weights.square().sum().item<double>(), 1, 1e-6);
    EXPECT_NEAR(weights[0].item<double>(), 1 / std::sqrt(static_cast<double>(entries)), 1e-6);
  }
}

TEST(Classification, AWordCountsOnceInATextWhereAsked) {
  const Texts world;
  const Record record = world.source(TasksBy::group, {3, 1, 2}, {.binary = true})
                            ->make(std::vector<std::uint64_t>{0, 1});
  for (const Batch* batch : {&record.support, &record.query}) {
    for (const std::string& text : world.spelt(*batch, record.rows)) {
      EXPECT_EQ(text.find("all"), text.rfind("all")) << text;
    }
    EXPECT_EQ(batch->words.offsets[-1].item<std::int64_t>(), batch->words.ids.numel());
    EXPECT_EQ(batch->words.weights.numel(), batch->words.ids.numel());
  }
}

TEST(Classification, ATextsWeightsSumToOneInProportionToItsRows) {
  const Texts world;
  std::vector<float> weights(static_cast<std::size_t>(world.words.rows()), 1);
  weights[static_cast<std::size_t>(world.words.id("all"))] = .25F;
  const Record record = world.source(TasksBy::group, {3, 1, 2}, {.rows = weights})
                            ->make(std::vector<std::uint64_t>{0});
  const Batch& batch = record.support;
  const Tensor ones = at::ones({record.rows.size(0), 1}, at::kDouble);
  EXPECT_LT(distance(bag(ones, batch), at::ones({1, 3, 1}, at::kDouble)), 1e-6);
  const auto first = world.spelt(batch, record.rows).front();
  const double weight =
      batch.words.weights[1].item<double>() / batch.words.weights[0].item<double>();
  EXPECT_NEAR(weight, .25, 1e-6) << first;
}

TEST(Classification, AnEpisodeIsAPureFunctionOfItsNumber) {
  const Texts world;
  const auto source = world.source(TasksBy::label, {2, 2, 2});
  const Record all = source->make(std::vector<std::uint64_t>{0, 1, 2});
  const Record last = source->make(std::vector<std::uint64_t>{2});
  EXPECT_TRUE(last.new_classes);
  EXPECT_EQ(last.classes, 2);
  const auto together = world.spelt(all.query, all.rows);
  const auto alone = world.spelt(last.query, last.rows);
  EXPECT_EQ(std::vector<std::string>(together.end() - 4, together.end()), alone);
}

TEST(Classification, APassReadsExamplesByPlaceWithoutASupport) {
  const Texts world;
  const auto source = world.source(TasksBy::single, {0, 0, 0});
  EXPECT_EQ(source->examples(), 24);
  const Record record = source->pass(std::vector<std::int64_t>{5, 0, 23});
  EXPECT_EQ(record.support.units, 0);
  EXPECT_EQ(world.spelt(record.query, record.rows),
            (std::vector<std::string>{world.texts[5], world.texts[0], world.texts[23]}));
  EXPECT_TRUE(at::equal(record.query_targets.classes,
                        tensor_of(std::vector<std::int64_t>{2, 0, 2}).reshape({1, 3})));
}

TEST(Classification, TheReportCountsRightAnswersOverEpisodes) {
  const auto task = make({});
  EpisodeResult half;
  half.outputs = 2;
  half.scores = {2, 1, 2, 1};
  half.truth = {0, 1};
  EpisodeResult right = half;
  right.truth = {0, 0};
  const double all = task->measure(right);
  EXPECT_EQ(task->measure(half), all / 2);
  EXPECT_TRUE(task->higher_is_better());
  const auto report = task->report(std::vector<EpisodeResult>{half, right}, {}, 1, 0);
  EXPECT_NEAR(report["metrics"]["accuracy"]["value"].get<double>(), all * .75, 1e-9)
      << report.dump();
  EXPECT_TRUE(task->reads_text());
  EXPECT_EQ(task->head(5).outputs, 5);
}

TEST(Classification, TheTemperatureMakesOverconfidentScoresHonest) {
  EpisodeResult result;
  result.outputs = 2;
  for (int i = 0; i < 100; ++i) {
    result.scores.insert(result.scores.end(), {10, 0});
    result.truth.push_back(i < 75 ? 0 : 1);
  }
  // Honest is ln 3 for three in four.
  EXPECT_NEAR(make({})->temperature(std::vector<EpisodeResult>{result}), 10 / std::log(3.0), .2);
}

TEST(Classification, APassHasWhatATeacherSaysOfItsPlaces) {
  Texts texts;
  EXPECT_FALSE(texts.source(TasksBy::single, {0, 0, 0})
                   ->pass(std::vector<std::int64_t>{1})
                   .query_targets.shares.defined());
  SoftLabels& soft = texts.data.soft;
  for (int i = 0; i < 24; ++i) {
    const auto share = static_cast<float>(i) / 100;
    soft.shares.insert(soft.shares.end(), {share, 2 * share, 1 - 3 * share});
    soft.labelled.push_back(i % 2 == 0 ? 1.F : .5F);
    soft.weights.push_back(static_cast<float>(i));
  }
  soft.temperature = 3;
  const auto source = texts.source(TasksBy::single, {0, 0, 0});
  const Targets targets = source->pass(std::vector<std::int64_t>{7, 2}).query_targets;
  const Tensor shares = tensor_of(std::vector<double>{.07, .14, .79, .02, .04, .94});
  EXPECT_LT(distance(targets.shares, shares.reshape({1, 2, 3})), 1e-7);
  EXPECT_EQ(targets.labelled[0][0].item<double>(), .5);
  EXPECT_EQ(targets.weights[0][1].item<double>(), 2);
  EXPECT_EQ(targets.temperature, 3);
  EXPECT_EQ(targets.shares.scalar_type(), at::kDouble);
}

}  // namespace
}  // namespace inkling::classification
