// Models and predictors as an embedding program uses them, over a small model in a folder.
#include "inkling/train/predictor.h"

#include <gtest/gtest.h>

#include "inkling/api/inkling.h"
#include "inkling/base/file.h"
#include "inkling/base/temporary_folder.h"
#include "inkling/train/meta_training.h"
#include "inkling/train/model_folder.h"
#include "inkling/train/test_help.h"
#include "tests/conformance/text_tasks.h"

namespace inkling {
namespace {

using conformance::World;
using conformance::world_of;
using testing_help::error_of;

const std::vector<Labelled> kSupport = {{"w0 w1 w100", "wool"},
                                        {"w1 w2 w101", "wool"},
                                        {"w10 w11 w102", "silk"},
                                        {"w11 w12 w103", "silk"}};
const std::vector<std::string> kTexts = {"w0 w2",      "w12 w10", "w104", "", "nothing known here",
                                         "w0 w10 w100"};

/// A model of `method` in a folder, trained for a few steps.
struct Stored {
  TemporaryFolder folder;
  std::filesystem::path path = folder.path() / "model";

  explicit Stored(const std::string& method = "protonet", bool by_label = true,
                  const ConfigValues& more = {}) {
    World world = world_of(
        "average dimensions=8 scale=0.5", method, by_label,
        merged({{"train", {{"steps", "20"}, {"learning-rate", "0.02"}, {"dtype", "float32"}}}},
               more));
    const auto source = world.source(
        world.learner->method().traits().episodic ? EpisodeShape{2, 2, 3} : EpisodeShape{2, 0, 0});
    TrainingSetup setup;
    setup.train = source.get();
    setup.quiet = true;
    Workers workers(1);
    const Params meta = meta_train(*world.learner, setup, workers).params;
    TrainedModel model;
    model.learner = std::move(world.learner);
    model.meta = meta;
    model.temperature = 1.5;
    save_model(model, path, {{"steps", 20}});
  }

  Predictor adapted() const { return Model::load(path).adapt(kSupport); }
};

void expect_same(const Predictor& a, const Predictor& b, double tolerance = 0) {
  ASSERT_EQ(a.labels(), b.labels());
  const auto left = a.predict(kTexts);
  const auto right = b.predict(kTexts);
  ASSERT_EQ(left.size(), right.size());
  for (std::size_t i = 0; i < left.size(); ++i) {
    EXPECT_EQ(left[i].label, right[i].label) << kTexts[i];
    for (std::size_t c = 0; c < left[i].scores.size(); ++c) {
      EXPECT_LE(std::abs(left[i].scores[c].second - right[i].scores[c].second), tolerance)
          << kTexts[i];
    }
  }
}

TEST(Predictor, LearnsNewClassesFromAFewExamples) {
  const Stored stored;
  const Predictor predictor = stored.adapted();
  EXPECT_EQ(predictor.labels(), (std::vector<std::string>{"silk", "wool"}));
  const auto answers = predictor.predict(kTexts);
  ASSERT_EQ(answers.size(), kTexts.size());
  EXPECT_EQ(answers[0].label, "wool");
  EXPECT_EQ(answers[1].label, "silk");
  for (const Prediction& answer : answers) {
    ASSERT_EQ(answer.scores.size(), 2);
    EXPECT_NEAR(answer.scores[0].second + answer.scores[1].second, 1, 1e-12);
    EXPECT_EQ(answer.probability, std::max(answer.scores[0].second, answer.scores[1].second));
    EXPECT_EQ(answer.scores[0].first, "silk");
  }
}

TEST(Predictor, AnswersEachTextAsIfItCameAlone) {
  const Stored stored;
  const Predictor predictor = stored.adapted();
  std::vector<std::string> many;
  for (int i = 0; i < 300; ++i) many.push_back(kTexts[static_cast<std::size_t>(i) % kTexts.size()]);
  const auto together = predictor.predict(many);
  for (const std::size_t i : {std::size_t{0}, std::size_t{3}, std::size_t{257}, std::size_t{299}}) {
    EXPECT_NEAR(together[i].probability, predictor.predict({many[i]})[0].probability, 1e-6) << i;
  }
  EXPECT_TRUE(predictor.predict({}).empty());
}

TEST(Predictor, SavedAndLoadedAnswersTheSame) {
  for (const char* method :
       {"protonet", "protonet distance=cosine logit-scale=10", "maml", "supervised tune-steps=5",
        "matching", "matching learn-scale=false", "relation", "induction"}) {
    const Stored stored(method);
    const Predictor predictor = stored.adapted();
    predictor.save(stored.folder.path() / "adapted");
    std::filesystem::rename(stored.path, stored.folder.path() / "elsewhere");
    expect_same(Predictor::load(stored.folder.path() / "adapted"), predictor);
  }
}

TEST(Predictor, AModelOfFixedColumnsLoadsWithoutItsVectorsToTheSameAnswers) {
  for (const char* method : {"maml", "protonet"}) {
    const TemporaryFolder folder;
    const std::string vectors = conformance::world_vectors(folder.path());
    World world = world_of(cat("average scale=0.5 learned-dimensions=3 vectors=", vectors), method,
                           false, {{"train", {{"steps", "3"}, {"learning-rate", "0.02"}}}});
    const auto source = world.source();
    TrainingSetup setup;
    setup.train = source.get();
    setup.quiet = true;
    Workers workers(1);
    TrainedModel model;
    model.meta = meta_train(*world.learner, setup, workers).params;
    const Record record = source->make(std::vector<std::uint64_t>{40, 41});
    const auto answer = [&](const Learner& learner, const Params& meta) {
      return learner.method().answer(learner.model(), localised(learner, meta, record, false),
                                     record, learner.context());
    };
    const Tensor expected = answer(*world.learner, model.meta);
    model.learner = std::move(world.learner);
    save_model(model, folder.path() / "model", {});
    std::filesystem::remove(vectors);
    const auto loaded = load_trained(folder.path() / "model");
    EXPECT_EQ(loaded->learner->model().linear_input()->fixed_columns(), 2);
    EXPECT_TRUE(at::equal(answer(*loaded->learner, loaded->meta), expected)) << method;

    const Predictor adapted =
        Model::load(folder.path() / "model").adapt({{"w0 w1", "label0"}, {"w10 w11", "label1"}});
    adapted.save(folder.path() / "adapted");
    expect_same(Predictor::load(folder.path() / "adapted"), adapted);
  }
}

TEST(Predictor, WithAnUnknownHeadIsRefusedNamingTheKnownOnes) {
  const Stored stored;
  const auto folder = stored.folder.path() / "adapted";
  stored.adapted().save(folder);
  ModelVersion version = current_version(folder, "adapted");
  version.config["head"] = "crown";
  version.files.erase("config.json");
  publish_version(folder, "adapted", version);
  const Error error = error_of([&] { Predictor::load(folder); });
  EXPECT_EQ(error.kind(), ErrorKind::data);
  EXPECT_EQ(error.where().field, "head");
  EXPECT_EQ(error.where().file, folder.string());
  EXPECT_NE(error.message().find("crown"), std::string::npos);
  EXPECT_NE(error.hint().find("linear, euclidean, cosine"), std::string::npos);
}

TEST(Predictor, OfFixedLabelsAnswersInTheModelsOrderAndWithoutASupport) {
  const Stored stored("maml", false);
  const Model model = Model::load(stored.path);
  EXPECT_EQ(model.adapt({}).labels(), (std::vector<std::string>{"label0", "label1"}));
  const Predictor predictor = model.adapt({{"w10 w11", "label1"}, {"w0 w1", "label0"}});
  EXPECT_EQ(predictor.labels(), (std::vector<std::string>{"label0", "label1"}));
  EXPECT_EQ(predictor.predict({"w11 w12"})[0].label, "label1");
  const Error error = error_of([&] { model.adapt({{"w10", "label1"}, {"w0", "lable0"}}); });
  EXPECT_EQ(error.kind(), ErrorKind::data);
  EXPECT_NE(error.hint().find("label0"), std::string::npos) << error.what();
}

TEST(Predictor, ObservingAndForgettingGoesBackToTheSameAnswers) {
  for (const char* method : {"protonet", "maml", "supervised tune-steps=5"}) {
    const Stored stored(method);
    const Predictor before = stored.adapted();
    const Predictor more = before.observe({"w100 w104", "silk"});
    EXPECT_NE(more.predict(kTexts)[2].probability, before.predict(kTexts)[2].probability)
        << "observing changes something";
    expect_same(more.forget("w100 w104"), before);
    expect_same(stored.adapted(), before);
  }
}

TEST(Predictor, ObservesAfterItWasLoaded) {
  const Stored stored;
  const Predictor before = stored.adapted();
  before.save(stored.folder.path() / "adapted");
  const Predictor loaded = Predictor::load(stored.folder.path() / "adapted");
  expect_same(loaded.observe({"w100 w104", "silk"}), before.observe({"w100 w104", "silk"}));
  Stored other("protonet", true, {{"train", {{"seed", "5"}}}});
  std::filesystem::remove_all(stored.path);
  EXPECT_EQ(error_of([&] { loaded.observe({"x", "silk"}); }).kind(), ErrorKind::io)
      << "its model is gone";
  std::filesystem::rename(other.path, stored.path);
  EXPECT_EQ(error_of([&] { loaded.observe({"x", "silk"}); }).kind(), ErrorKind::data)
      << "another stands in its place";
  expect_same(loaded, before);
}

TEST(Predictor, ForgettingAClassIsAsIfItHadNotBeenThere) {
  const Stored stored;
  const Predictor two = stored.adapted();
  const Predictor three = two.observe({"w20 w21", "linen"});
  EXPECT_EQ(three.labels(), (std::vector<std::string>{"linen", "silk", "wool"}));
  EXPECT_EQ(three.predict({"w21 w20"})[0].label, "linen");
  expect_same(three.forget_class("linen"), two);
}

TEST(Predictor, ForgettingWhatIsNotThereIsAnError) {
  const Stored stored;
  const Predictor predictor = stored.adapted();
  EXPECT_EQ(error_of([&] { predictor.forget("w0 w1"); }).where().field, "text");
  const Error error = error_of([&] { predictor.forget_class("woll"); });
  EXPECT_EQ(error.where().field, "label");
  EXPECT_NE(error.hint().find("wool"), std::string::npos);
}

TEST(Predictor, ASupportOfOneClassIsAnError) {
  const Stored stored;
  const Model model = Model::load(stored.path);
  const Error error = error_of([&] { model.adapt({{"w0", "wool"}, {"w1", "wool"}}); });
  EXPECT_EQ(error.kind(), ErrorKind::data);
  EXPECT_NE(error.message().find("wool"), std::string::npos);
  EXPECT_EQ(error_of([&] { model.adapt({}); }).kind(), ErrorKind::data);
  EXPECT_EQ(error_of([&] { stored.adapted().forget_class("silk"); }).kind(), ErrorKind::data);
}

TEST(Predictor, ALearnedHeadTakesAsManyClassesAsItWasTrainedFor) {
  const Stored stored("maml");
  std::vector<Labelled> three = kSupport;
  three.push_back({"w20", "linen"});
  const Error error = error_of([&] { Model::load(stored.path).adapt(three); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_EQ(error.where().field, "ways");
}

TEST(Predictor, AbstainsBelowTheProbabilityAlone) {
  const Stored stored;
  const Predictor plain = stored.adapted();
  const auto answers = plain.predict(kTexts);
  double between = 0;
  for (const Prediction& answer : answers)
    between += answer.probability / static_cast<double>(answers.size());
  const Predictor careful = plain.with_abstention(between);
  const auto check = [&](const Predictor& predictor) {
    const auto now = predictor.predict(kTexts);
    int none = 0;
    for (std::size_t i = 0; i < now.size(); ++i) {
      EXPECT_EQ(now[i].label, answers[i].probability < between ? "none" : answers[i].label);
      EXPECT_EQ(now[i].probability, answers[i].probability);
      none += now[i].label == "none" ? 1 : 0;
    }
    EXPECT_GT(none, 0);
    EXPECT_LT(none, static_cast<int>(now.size()));
  };
  check(careful);
  careful.save(stored.folder.path() / "careful");
  check(Predictor::load(stored.folder.path() / "careful"));
  expect_same(careful.observe({"w100", "silk"}).forget("w100"), careful);
  EXPECT_EQ(error_of([&] { plain.with_abstention(1.5); }).where().field, "abstain");
  EXPECT_THROW(plain.with_abstention(std::nan("")), Error);
}

TEST(Predictor, TheTemperatureSoftensProbabilitiesAndChangesNoLabel) {
  World world = world_of("average dimensions=8 scale=0.5", "protonet", true);
  TrainedModel model;
  model.meta = world.learner->init(Key{3});
  model.learner = std::move(world.learner);
  const TemporaryFolder folder;
  save_model(model, folder.path() / "sharp", {});
  model.temperature = 3;
  save_model(model, folder.path() / "soft", {});
  const auto sharp = Model::load(folder.path() / "sharp").adapt(kSupport).predict(kTexts);
  const auto soft = Model::load(folder.path() / "soft").adapt(kSupport).predict(kTexts);
  for (std::size_t i = 0; i < sharp.size(); ++i) {
    EXPECT_EQ(sharp[i].label, soft[i].label);
    const auto odds = [](double p) { return std::log(p / (1 - p)); };
    EXPECT_NEAR(odds(sharp[i].probability), 3 * odds(soft[i].probability), 1e-9);
  }
}

TEST(Predictor, AnAlteredFolderIsAnError) {
  const Stored stored;
  stored.adapted().save(stored.folder.path() / "adapted");
  const auto version = stored.folder.path() / "adapted" / "versions" / "1";
  for (const auto& entry : std::filesystem::directory_iterator(version)) {
    const std::string bytes = read_file(entry.path());
    for (const std::size_t at : {bytes.size() / 5, bytes.size() / 2, bytes.size() - 3}) {
      std::string altered = bytes;
      altered[at] = static_cast<char>(altered[at] ^ 2);
      write_file(entry.path(), altered);
      EXPECT_THROW(Predictor::load(stored.folder.path() / "adapted"), Error)
          << entry.path().filename() << " " << at;
    }
    write_file(entry.path(), bytes);
  }
  EXPECT_NO_THROW(Predictor::load(stored.folder.path() / "adapted"));
}

}  // namespace
}  // namespace inkling
