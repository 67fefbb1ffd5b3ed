#include "inkling/data/validate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "inkling/base/strings.h"
#include "inkling/formats/test_help.h"

namespace inkling {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

struct Row {
  std::string text;
  std::string label;  ///< "" where there is none
  std::string domain = "d";
};

Split split_of(const std::string& name, const std::vector<Row>& rows) {
  Split split{name, {}};
  std::int64_t line = 0;
  for (const Row& row : rows) {
    Example& example = split.dataset.examples.emplace_back();
    example.text = row.text;
    if (!row.label.empty()) example.label = row.label;
    example.attributes["domain"] = row.domain;
    example.origin = {name + ".tsv", ++line};
  }
  return split;
}

/// "kind where counterpart" of each finding.
std::vector<std::string> found(const std::vector<Split>& splits,
                               const ValidateOptions& options = {}) {
  std::vector<std::string> found;
  for (const Finding& finding : validate(splits, options).findings) {
    std::string line = cat(finding.kind, " ", finding.where.file, ":", finding.where.line);
    if (!finding.counterpart.file.empty())
      line += cat(" ", finding.counterpart.file, ":", finding.counterpart.line);
    found.push_back(line);
  }
  return found;
}

TEST(Validate, CleanDataHasNoFindings) {
  EXPECT_THAT(found({split_of("train", {{"a", "x"}, {"b", "y"}}),
                     split_of("test", {{"c", "x"}, {"d", "y"}})}),
              IsEmpty());
}

TEST(Validate, FindsDuplicatesWithinAndAcrossSplits) {
  EXPECT_THAT(found({split_of("train", {{"a", "x"}, {"b", "y"}, {"a", "x"}}),
                     split_of("test", {{"b", "y"}, {"c", "x"}, {"b", "y"}, {"c", "x"}})}),
              ElementsAre("duplicate-within train.tsv:3 train.tsv:1",
                          "duplicate-across test.tsv:1 train.tsv:2",
                          "duplicate-within test.tsv:3 test.tsv:1",
                          "duplicate-within test.tsv:4 test.tsv:2"));
}

TEST(Validate, FindsTextsWithoutAnythingVisible) {
  EXPECT_THAT(
      found({split_of("train", {{"", "x"}, {" \n\u00a0<br />", "y"}, {"", "x"}, {"!", "y"}})}),
      ElementsAre("empty-text train.tsv:1", "empty-text train.tsv:2", "empty-text train.tsv:3"));
  EXPECT_THAT(found({split_of("train", {})}), ElementsAre("empty-split :0"));
}

TEST(Validate, FindsOneTextUnderTwoLabels) {
  EXPECT_THAT(found({split_of("t2", {{"a", "1"}, {"b", "-1"}}),
                     split_of("t4", {{"a", "-1"}, {"b", "-1"}, {"c", "1"}})}),
              ElementsAre("duplicate-across t4.tsv:1 t2.tsv:1", "two-labels t4.tsv:1 t2.tsv:1",
                          "duplicate-across t4.tsv:2 t2.tsv:2"));
}

TEST(Validate, FindsLeaksWhereAsked) {
  const std::vector<Split> splits = {
      split_of("train", {{"a", "x", "books"}, {"b", "y", "dvd"}}),
      split_of("test", {{"c", "y", "toys"}, {"d", "x", "dvd"}, {"e", "y", "dvd"}})};
  EXPECT_THAT(found(splits), IsEmpty());
  EXPECT_THAT(
      found(splits, {.disjoint = Disjoint::label, .group = ""}),
      ElementsAre("label-leak test.tsv:1 train.tsv:2", "label-leak test.tsv:2 train.tsv:1"));
  EXPECT_THAT(found(splits, {.disjoint = Disjoint::group, .group = "domain"}),
              ElementsAre("group-leak test.tsv:2 train.tsv:2"));
  EXPECT_THROW(validate(splits, {.disjoint = Disjoint::group, .group = "dom"}), Error);
}

TEST(Validate, FindsLabelsThatAreMissingNewOrAlone) {
  EXPECT_THAT(found({split_of("train", {{"a", "x"}, {"b", ""}})}),
              ElementsAre("one-class train.tsv:1", "no-label train.tsv:2"));
  EXPECT_THAT(found({split_of("train", {{"a", "x"}, {"b", "y"}}),
                     split_of("test", {{"c", "x"}, {"d", "z"}})}),
              ElementsAre("new-label test.tsv:2"));
  EXPECT_THAT(found({split_of("train", {{"a", ""}, {"b", ""}})}), IsEmpty());
}

TEST(Validate, NotesVeryLongTexts) {
  EXPECT_THAT(found({split_of("train",
                              {{std::string(100001, 'a'), "x"}, {std::string(100000, 'a'), "y"}})}),
              ElementsAre("long-text train.tsv:1"));
}

TEST(Validate, TakesTheFaultsOfReaders) {
  ValidationReport report;
  report.findings.push_back(
      encoding_finding("train", Error(ErrorKind::data, "not UTF-8", {"train.tsv", 4, "text"})));
  EXPECT_EQ(report.count(Severity::error), 1);
  EXPECT_THAT(to_lines(report), ElementsAre("train.tsv:4: error: text: not UTF-8 [encoding]"));
}

TEST(Validate, CountsLabelsInTheirOrder) {
  const std::vector<Split> splits = {
      split_of("train", {{"a", "10"}, {"b", "9"}, {"c", "10"}, {"d", ""}})};
  const ValidationReport report = validate(splits, {});
  EXPECT_EQ(report.splits[0].unlabelled, 1);
  EXPECT_THAT(report.splits[0].labels, ElementsAre(testing::Pair("9", 1), testing::Pair("10", 2)));
  EXPECT_EQ(to_lines(report).back(), "train: 4 examples, 1 unlabelled, 2 labels: 9 1, 10 2");
}

TEST(Validate, CountsSpansRelationsAndFrames) {
  Split split = split_of("train", {{"a b", ""}});
  Example& one = split.dataset.examples[0];
  one.tokens = {{0, 1}, {2, 3}};
  one.spans = {{0, 1, "P"}, {1, 2, "P"}};
  one.relations = {{one.spans[0], one.spans[1], "in"}};
  one.frames = {{0, "a.01", {}}};
  const ValidationReport report = validate(std::vector{split}, {});
  EXPECT_EQ(to_lines(report).back(),
            "train: 1 examples, 2 spans: P 2, 1 relations: in 1, 1 frames");
  EXPECT_EQ(to_json(report)["splits"][0]["spans"].dump(), R"([{"label":"P","count":2}])");
  EXPECT_EQ(to_json(report)["splits"][0]["frames"], 1);
}

TEST(Validate, ReportsFaultsOfSpansWithTheirExample) {
  Split split = split_of("train", {{"a b", ""}, {"b a", ""}});
  Example& one = split.dataset.examples[1];
  one.tokens = {{0, 1}, {2, 3}};
  one.spans = {{0, 2, "P"}, {1, 2, "Q"}, {0, 3, "R"}};
  EXPECT_THAT(found({split}), ElementsAre("outside train.tsv:2"));
  split.dataset.examples[1].spans.pop_back();
  EXPECT_THAT(found({split}), ElementsAre("overlapping-spans train.tsv:2"));
}

TEST(Validate, ATextIsAnotherExampleWhereItsRelationIsElsewhere) {
  Split split = split_of("train", {{"a b c", ""}, {"a b c", ""}, {"a b c", ""}});
  for (Example& one : split.dataset.examples) {
    one.tokens = {{0, 1}, {2, 3}, {4, 5}};
    one.relations = {{{0, 1, ""}, {1, 2, ""}, "r"}};
  }
  split.dataset.examples[1].relations[0].tail = {2, 3, ""};
  EXPECT_THAT(found({split}), ElementsAre("duplicate-within train.tsv:3 train.tsv:1"));
  split.dataset.examples[2].relations[0].type = "s";
  EXPECT_THAT(found({split}), ElementsAre("duplicate-within train.tsv:3 train.tsv:1",
                                          "two-labels train.tsv:3 train.tsv:1"));
}

TEST(Validate, AFaultOfTagsIsAFindingOfItsOwn) {
  const Error error(ErrorKind::data, "I-X follows O", {"a.conll", 3, "tag"});
  EXPECT_EQ(encoding_finding("a.conll", error).kind, "broken-tags");
}

TEST(Validate, TheJsonDocumentSaysAllThatIsFound) {
  const std::vector<Split> splits = {split_of("train", {{"a", "x"}, {"a", "y"}})};
  const nlohmann::ordered_json json = to_json(validate(splits, {}));
  EXPECT_EQ(json["splits"].dump(),
            R"([{"name":"train","examples":2,"unlabelled":0,"labels":[{"label":"x","count":1},)"
            R"({"label":"y","count":1}]}])");
  EXPECT_EQ(json["counts"].dump(), R"({"duplicate-within":1,"two-labels":1})");
  EXPECT_EQ(json["warnings"], 2);
  EXPECT_EQ(json["errors"], 0);
  EXPECT_EQ(
      json["findings"][1].dump(),
      R"({"kind":"two-labels","severity":"warning","split":"train",)"
      R"("message":"labelled 'y' here, and 'x' before","where":{"file":"train.tsv","line":2},)"
      R"("counterpart":{"file":"train.tsv","line":1}})");
}

TEST(Validate, LinesForPeopleStopAtTheLimit) {
  std::vector<Row> rows(5, Row{"a", "x"});
  rows.push_back({"b", "y"});
  const std::vector<Split> splits = {split_of("train", rows)};
  EXPECT_THAT(
      to_lines(validate(splits, {}), 2),
      ElementsAre("train.tsv:2: warning: the same text as before (train.tsv:1) [duplicate-within]",
                  "train.tsv:3: warning: the same text as before (train.tsv:1) [duplicate-within]",
                  "and 2 more [duplicate-within]", "train: 6 examples, 2 labels: x 5, y 1"));
}

TEST(Validate, FindsTheTestTextsOfImdbThatAlsoStandInTrain) {
  const std::filesystem::path folder = testing_help::real_data("imdb");
  if (!std::filesystem::exists(folder / "train.tsv.gz"))
    GTEST_SKIP() << "the IMDB reviews are not in " << folder;
  FormatOptions options;
  options.format = "tsv";
  options.header = "no";
  options.text_column = "4";
  options.label_column = "1";
  const std::vector<Split> splits = {{"train", read_dataset(folder / "train.tsv.gz", options)},
                                     {"test", read_dataset(folder / "test.tsv.gz", options)}};
  const ValidationReport report = validate(splits, {});
  EXPECT_EQ(report.splits[0].examples, 25000);
  EXPECT_EQ(report.count(finding::kDuplicateAcross), 123);
  EXPECT_EQ(report.count(Severity::error), 0);
  EXPECT_THAT(report.splits[1].labels,
              ElementsAre(testing::Pair("neg", 12500), testing::Pair("pos", 12500)));
}

}  // namespace
}  // namespace inkling
