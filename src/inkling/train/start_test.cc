#include "inkling/train/start.h"

#include <gtest/gtest.h>

#include <tuple>

#include "inkling/base/file.h"
#include "inkling/base/strings.h"
#include "inkling/base/temporary_folder.h"
#include "inkling/train/model_folder.h"
#include "inkling/train/session.h"
#include "inkling/train/test_help.h"

namespace inkling {
namespace {

using testing_help::error_of;

/// 40 texts of each label, each of a word of its label's and one that is its own.
std::string texts_of(const std::vector<std::string>& labels, const std::string& more = "") {
  std::string lines;
  for (const std::string& label : labels) {
    for (int i = 0; i < 40; ++i) {
      lines += cat("{\"text\": \"w", label, " n", i % 7, " item", i, more, "\", \"label\": \"",
                   label, "\"}\n");
    }
  }
  return lines;
}

class Start : public testing::Test {
 protected:
  /// A file in the test's folder.
  std::string file(const std::string& name, const std::string& content) const {
    write_file(folder_.path() / name, content);
    return (folder_.path() / name).string();
  }
  std::string model(const std::string& name) const { return (folder_.path() / name).string(); }

  static ConfigValues plain(const std::string& data) {
    return {{"data", {{"train", data}, {"tasks-by", "single"}}},
            {"episodes", {{"shots", "0"}}},
            {"encoder", {{"name", "average"}, {"dimensions", "4"}}},
            {"method", {{"name", "supervised"}}},
            {"train", {{"steps", "3"}, {"learning-rate", "0.1"}}}};
  }

  TrainingSession session(const RunConfig& config) {
    return {config, workers_, TrainingSession::Data::train, Starts(workers_).of(config).get()};
  }
  TrainingSession session(const ConfigValues& values) {
    return session(config_from_values(values));
  }

  /// Trains and saves a model. @return what it learned
  Params train(const ConfigValues& values, const std::string& name) {
    TrainingSession made = session(values);
    TrainingOutcome outcome = made.run({}, false, workers_);
    Params params = outcome.params;
    save_model(std::move(made).model(std::move(outcome), 1), model(name), {});
    return params;
  }

  static ConfigValues started(ConfigValues values, const std::string& start) {
    values["train"]["start"] = start;
    return values;
  }

  Workers workers_{1};

 private:
  TemporaryFolder folder_;
};

TEST_F(Start, TrainingBeginsWithTheWordsTheEncoderAndTheHeadOfTheSameClasses) {
  const std::string data = file("texts.jsonl", texts_of({"bad", "good"}));
  const Params learned = train(plain(data), "first");
  ConfigValues other = plain(file("more.jsonl", texts_of({"bad", "good"}, " unknownword")));
  other["train"]["steps"] = "0";
  TrainingSession begun = session(started(other, model("first")));
  ASSERT_TRUE(begun.start().has_value());
  EXPECT_TRUE(testing_help::same_bits(begun.run({}, false, workers_).params, learned));
  EXPECT_EQ(begun.learner().vocabulary().id("unknownword"), kUnknown) << "its words, and no new";
  EXPECT_EQ(begun.start()->hash, model_hash(model("first")));
  EXPECT_NE(begun.start()->taken.find("the head"), std::string::npos);
  EXPECT_EQ(begun.start()->taken.find("new"), std::string::npos);
}

TEST_F(Start, AHeadOfOtherClassesIsNew) {
  const Params learned = train(plain(file("texts.jsonl", texts_of({"bad", "good"}))), "first");
  for (const std::vector<std::string>& labels :
       {std::vector<std::string>{"cold", "warm"}, std::vector<std::string>{"a", "b", "c"}}) {
    const TrainingSession begun =
        session(started(plain(file("other.jsonl", texts_of(labels))), model("first")));
    const Params& first = begun.start()->first;
    EXPECT_TRUE(at::equal(first.at("encoder.embedding"), learned.at("encoder.embedding")));
    EXPECT_FALSE(at::equal(first.at("head.weight"), learned.at("head.weight")));
    EXPECT_NE(begun.start()->taken.find("the head is new"), std::string::npos);
  }
}

TEST_F(Start, WhatIsTheMethodsOwnIsTakenByTheSameMethodAlone) {
  const std::string data = file("texts.jsonl", texts_of({"a", "b", "c", "d", "e", "f"}));
  const auto of = [&](const std::string& method) {
    ConfigValues values = plain(data);
    values["data"]["tasks-by"] = "label";
    values["episodes"] = {{"ways", "2"}, {"shots", "2"}, {"queries", "2"}};
    values["method"] = {{"name", method}};
    return values;
  };
  const Params learned = train(of("meta-sgd"), "rates");
  const std::string rate = "rate.encoder.embedding";
  const TrainingSession same = session(started(of("meta-sgd"), model("rates")));
  EXPECT_TRUE(testing_help::same_bits(same.start()->first, learned));
  train(of("maml"), "steps");
  const TrainingSession other = session(started(of("meta-sgd"), model("steps")));
  EXPECT_FALSE(at::equal(other.start()->first.at(rate), learned.at(rate)));
  EXPECT_NE(other.start()->taken.find("the head"), std::string::npos)
      << "of two classes, whichever";
  // A head for so many classes is not one of certain classes.
  ConfigValues supervised = of("maml");
  supervised["method"] = {{"name", "supervised"}};
  const TrainingSession fixed = session(started(supervised, model("steps")));
  EXPECT_NE(fixed.start()->taken.find("the head is new"), std::string::npos);
}

TEST_F(Start, AnEncoderThatReadsOtherwiseIsRefusedNamingTheOption) {
  const std::string data = file("texts.jsonl", texts_of({"bad", "good"}));
  train(plain(data), "first");
  const auto refused = [&](const std::string& section, const std::string& option,
                           const std::string& value) {
    ConfigValues values = started(plain(data), model("first"));
    values[section][option] = value;
    return error_of([&] { session(values); });
  };
  for (const auto& [section, option, value] :
       {std::tuple("encoder", "weighting", "idf"), std::tuple("encoder", "norm", "l2"),
        std::tuple("text", "words", "50"), std::tuple("text", "ngrams", "2")}) {
    const Error error = refused(section, option, value);
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_EQ(error.where().field, option);
    EXPECT_NE(error.hint().find(option), std::string::npos) << error.hint();
  }
  EXPECT_EQ(refused("encoder", "dimensions", "5").where().field, "start");
  ConfigValues cnn = started(plain(data), model("first"));
  cnn["encoder"] = {{"name", "cnn"}};
  EXPECT_EQ(error_of([&] { session(cnn); }).where().field, "encoder");
  ConfigValues drops = started(plain(data), model("first"));
  drops["encoder"]["dropout"] = "0.5";
  EXPECT_NO_THROW(session(drops)) << "what training does is its own";
}

TEST_F(Start, AFilesTrainingIsRunOnceForEachSeed) {
  const std::string data = file("texts.jsonl", texts_of({"bad", "good"}));
  const std::string toml =
      file("first.toml", cat("[data]\ntrain = [\"", data,
                             "\"]\ntasks-by = \"single\"\n[episodes]\nshots = 0\n"
                             "[encoder]\nname = \"average\"\ndimensions = 4\n"
                             "[method]\nname = \"supervised\"\n[train]\nsteps = 3\n"));
  RunConfig config = config_from_values(started(plain(data), toml));
  Starts starts(workers_);
  const auto one = starts.of(config);
  config.method = config_from_values({{"method", {{"name", "reweight"}}}}).method;
  EXPECT_EQ(starts.of(config), one) << "what starts there is not part of it";
  config.train.seed = 7;
  EXPECT_FALSE(testing_help::same_bits(starts.of(config)->meta, one->meta));
  // In a folder it stays, and is gone on with.
  config.train.seed = 0;
  const std::filesystem::path folder = model("kept");
  const auto kept = Starts(workers_).of(config, folder);
  EXPECT_TRUE(testing_help::same_bits(kept->meta, one->meta));
  EXPECT_EQ(kept->folder, folder / "start");
  EXPECT_EQ(kept->hash, model_hash(folder / "start"));
}

TEST_F(Start, AFilesTrainingSeesNoTextThatIsTestedOn) {
  const std::string data = file("texts.jsonl", texts_of({"bad", "good", "cold", "warm"}));
  const std::string test = file("test.jsonl", texts_of({"cold"}));
  const std::string toml =
      file("first.toml", cat("[data]\nunlabelled = [\"", data,
                             "\"]\ntasks-by = \"label\"\n[encoder]\nname = \"average\"\n"
                             "dimensions = 4\n[method]\nname = \"contrastive\"\n"
                             "[train]\nsteps = 1\n"));
  ConfigValues values = started(plain(data), toml);
  values["data"]["tasks-by"] = "label";
  Starts starts(workers_);
  const auto all = starts.of(config_from_values(values));
  EXPECT_NE(all->learner->vocabulary().id("wcold"), kUnknown);
  values["data"]["test"] = test;
  const auto without = starts.of(config_from_values(values));
  EXPECT_EQ(without->learner->vocabulary().id("wcold"), kUnknown);
  EXPECT_NE(without->learner->vocabulary().id("wwarm"), kUnknown);
}

TEST_F(Start, AFileThatStartsAtItselfIsRefused) {
  const std::string data = file("texts.jsonl", texts_of({"bad", "good"}));
  const std::string toml =
      file("first.toml", cat("[train]\nstart = \"", model("second.toml"), "\"\n"));
  file("second.toml", cat("[train]\nstart = \"", toml, "\"\n"));
  const Error error = error_of([&] { session(started(plain(data), toml)); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_NE(error.message().find("starts at itself"), std::string::npos);
}

TEST_F(Start, ATrainingGoesOnFromTheModelThatItStartedAtAlone) {
  const std::string data = file("texts.jsonl", texts_of({"bad", "good"}));
  train(plain(data), "first");
  const std::filesystem::path folder = model("second");
  note_start(*session(started(plain(data), model("first"))).start(), folder, false);
  note_start(*session(started(plain(data), model("first"))).start(), folder, true);
  ConfigValues longer = plain(data);
  longer["train"]["steps"] = "9";
  train(longer, "first");
  const Error error = error_of(
      [&] { note_start(*session(started(plain(data), model("first"))).start(), folder, true); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_EQ(error.where().field, "start");
}

}  // namespace
}  // namespace inkling
