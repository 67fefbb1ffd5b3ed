#include "inkling/formats/leopard/leopard.h"

#include "inkling/formats/test_help.h"

namespace inkling {
namespace {

using namespace testing_help;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

TEST(Leopard, ReadsTheRecordsOfAList) {
  const auto examples = read_bytes("leopard", R"([{"sentence1": "a[{", "label": "x", "id": 3},
{"label": 1,
 "sentence1": "b"}, {"sentence1": "c", "label": "y"}])");
  EXPECT_THAT(texts_of(examples), ElementsAre("a[{", "b", "c"));
  EXPECT_EQ(examples[1].label, "1");
  EXPECT_THAT(examples[0].metadata, ElementsAre(Pair("id", "3")));
  EXPECT_EQ(examples[1].origin.line, 2);
  EXPECT_EQ(examples[2].origin.line, 3);
}

TEST(Leopard, TheFileNameGivesTaskSplitSampleAndShots) {
  const std::string bytes = R"([{"sentence1": "a", "label": "x"}])";
  EXPECT_THAT(read_bytes("leopard", "d/political_bias_train_3_16.json", bytes)[0].attributes,
              ElementsAre(Pair("sample", "3"), Pair("shots", "16"), Pair("split", "train"),
                          Pair("task", "political_bias")));
  EXPECT_THAT(read_bytes("leopard", "airline_eval.json.gz", bytes)[0].attributes,
              ElementsAre(Pair("split", "eval"), Pair("task", "airline")));
  EXPECT_TRUE(read_bytes("leopard", "airline.json", bytes)[0].attributes.empty());
}

TEST(Leopard, FaultsAreErrorsWithTheirLine) {
  for (const std::string record :
       {R"([1])", R"({"label": "x"})", R"({"sentence1": "a"})", R"({"sentence1": 1, "label": "x"})",
        R"({"sentence1": "a", "label": null})"}) {
    const Error error = error_of([&] {
      read_bytes("leopard", "[{\"sentence1\": \"a\", \"label\": \"x\"},\n\n" + record + "]");
    });
    EXPECT_EQ(error.kind(), ErrorKind::data) << record;
    EXPECT_EQ(error.where().line, 3) << record;
  }
  EXPECT_EQ(error_of([] { read_bytes("leopard", "[\n{]"); }).where().line, 2);
  EXPECT_THAT(error_of([] { read_bytes("leopard", "{}"); }).message(), HasSubstr("not a list"));
}

TEST(Leopard, ATooLongTextIsAnErrorWithItsLine) {
  FormatOptions options;
  options.max_record_bytes = 3;
  EXPECT_EQ(error_of([&] {
              read_bytes("leopard", "[\n{\"sentence1\": \"long\", \"label\": \"x\"}]", options);
            })
                .where()
                .line,
            2);
}

TEST(Leopard, WritesAFileForEachSample) {
  std::vector<Example> examples = {example("a\n\"", "x"), example("", "y")};
  examples[0].attributes = {{"task", "t"}, {"split", "train"}, {"sample", "1"}, {"shots", "4"}};
  examples[1].attributes = {{"task", "t"}, {"split", "eval"}};
  const auto files = format_named("leopard").write({"", examples}, {});
  ASSERT_EQ(files.size(), 2);
  EXPECT_EQ(files[0].path, "t_eval.json");
  EXPECT_EQ(files[1].path, "t_train_1_4.json");
  examples[1].attributes["split"] = "dev";
  EXPECT_THAT(error_of([&] { format_named("leopard").write({"", examples}, {}); }).message(),
              HasSubstr("example 2: leopard cannot hold"));
}

TEST(Leopard, ReadsAirlineAndDisaster) {
  INKLING_SKIP_WITHOUT(real_data("leopard"));
  for (const std::string task : {"airline", "disaster"}) {
    const Dataset data = read_dataset(real_data("leopard/" + task + ".tar.gz"), {});
    EXPECT_EQ(data.name, task);
    EXPECT_EQ(count_attribute(data.examples, "split", "eval"), task == "airline" ? 7320 : 5430);
    EXPECT_EQ(count_attribute(data.examples, "task", task), data.examples.size());
    EXPECT_EQ(data.labels().size(), task == "airline" ? 3 : 2);
    // One of the samples of disaster is an empty list.
    EXPECT_EQ(count_attribute(data.examples, "shots", "16"), task == "airline" ? 480 : 288);
  }
}

}  // namespace
}  // namespace inkling
