#include "inkling/formats/aclimdb/aclimdb.h"

#include <fstream>
#include <set>

#include "inkling/base/temporary_folder.h"
#include "inkling/formats/aclimdb/review_name.h"
#include "inkling/formats/test_help.h"

namespace inkling {
namespace {

using namespace testing_help;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

class AclImdb : public testing::Test {
 protected:
  void put(const std::string& below, const std::string& bytes) const {
    const auto path = folder_.path() / below;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
  }
  std::filesystem::path path(const std::string& below = "") const { return folder_.path() / below; }

 private:
  TemporaryFolder folder_;
};

Example review(std::string text, std::string label, std::string id, std::string stars) {
  Example made = example(std::move(text), std::move(label));
  made.metadata = {{"id", std::move(id)}, {"stars", std::move(stars)}};
  return made;
}

TEST_F(AclImdb, ReadsReviewsByLabelAndNumber) {
  put("pos/10_8.txt", "ten");
  put("pos/9_10.txt", "nine\r\nlines\n");
  put("neg/0_1.txt", "");
  put("neg/.hidden", "x");
  const Dataset data = read_dataset(path(), {});
  EXPECT_EQ(data.examples,
            (std::vector{review("", "neg", "0", "1"), review("nine\r\nlines\n", "pos", "9", "10"),
                         review("ten", "pos", "10", "8")}));
  EXPECT_EQ(data.examples[2].origin.file, path("pos/10_8.txt"));
}

TEST_F(AclImdb, TheSplitIsAnAttribute) {
  put("train/pos/1_8.txt", "a");
  put("test/neg/1_2.txt", "b");
  put("train/unsup/0_0.txt", "not read");
  const Dataset data = read_dataset(path(), {});
  EXPECT_THAT(texts_of(data.examples), ElementsAre("b", "a"));
  EXPECT_THAT(data.examples[0].attributes, ElementsAre(Pair("split", "test")));
  EXPECT_TRUE(read_dataset(path("train"), {}).examples[0].attributes.empty());
}

TEST_F(AclImdb, AFaultNamesItsFile) {
  put("pos/1_8.txt", "a");
  put("pos/2_8.txt", "a\n\xff");
  const Error encoding = error_of([&] { read_dataset(path(), {}); });
  EXPECT_EQ(encoding.where().file, path("pos/2_8.txt"));
  EXPECT_EQ(encoding.where().line, 2);
  put("neg/review.txt", "a");
  EXPECT_EQ(error_of([&] { read_dataset(path(), {}); }).where().file, path("neg/review.txt"));
}

TEST_F(AclImdb, AFolderWithoutReviewsIsAnError) {
  FormatOptions options;
  options.format = "aclimdb";
  EXPECT_THAT(error_of([&] { read_dataset(path(), options); }).message(), HasSubstr("no reviews"));
  put("file", "a");
  EXPECT_THAT(error_of([&] { read_dataset(path("file"), options); }).message(),
              HasSubstr("a folder"));
}

TEST_F(AclImdb, WhatIsWrittenIsReadAgain) {
  Dataset data{"",
               {review("\xef\xbb\xbfmark\r\n", "neg", "007", "1"), review("", "neg", "7", "1"),
                review("a\tb", "pos", "7", "10")}};
  FormatOptions options;
  options.format = "aclimdb";
  write_dataset(data, path("flat"), options);
  std::swap(data.examples[0], data.examples[1]);
  auto read = read_dataset(path("flat"), options).examples;
  std::sort(read.begin(), read.end(),
            [](const Example& a, const Example& b) { return a.text < b.text; });
  auto expected = data.examples;
  std::sort(expected.begin(), expected.end(),
            [](const Example& a, const Example& b) { return a.text < b.text; });
  EXPECT_EQ(read, expected);
  for (Example& one : data.examples) one.attributes["split"] = "train";
  write_dataset(data, path("split"), options);
  EXPECT_TRUE(std::filesystem::exists(path("split/train/neg/007_1.txt")));
  EXPECT_EQ(count_attribute(read_dataset(path("split"), options).examples, "split", "train"), 3);
  EXPECT_EQ(error_of([&] { write_dataset(data, path("split"), options); }).kind(), ErrorKind::io);
}

TEST_F(AclImdb, WhatItCannotHoldNamesTheExampleAndTheField) {
  const Example ok = review("a", "pos", "1", "8");
  Example split = ok;
  split.attributes["split"] = "dev";
  Example late_split = review("a", "pos", "2", "8");
  late_split.attributes["split"] = "train";
  const std::vector<std::pair<Example, std::string>> cases = {
      {example("a", "pos"), "id"},
      {review("a", "pos", "../1", "8"), "id"},
      {review("a", "good", "2", "8"), "label"},
      {ok, "id"},
      {split, "split"},
      {late_split, "split"}};
  for (const auto& [wrong, field] : cases) {
    const Error error = error_of([&] { format_named("aclimdb").write({"", {ok, wrong}}, {}); });
    EXPECT_THAT(error.message(), HasSubstr("example 2: aclimdb cannot hold"));
    EXPECT_EQ(error.where().field, field);
  }
}

TEST(ReviewName, NumbersOfAnyLengthAreOrdered) {
  using aclimdb::number_less;
  EXPECT_TRUE(number_less("9", "10"));
  EXPECT_TRUE(number_less("99999999999999999999", "100000000000000000000"));
  EXPECT_TRUE(number_less("01", "1"));
  EXPECT_FALSE(number_less("1", "01"));
  EXPECT_FALSE(number_less("0", "0"));
}

TEST_F(AclImdb, ReadsTheLayoutThatTheOriginalArchiveHas) {
  INKLING_SKIP_WITHOUT(real_data("unpack-imdb"));
  ASSERT_EQ(std::system((real_data("unpack-imdb").string() + " " + path().string()).c_str()), 0);
  const Dataset imdb = read_dataset(path("aclImdb"), {});
  EXPECT_EQ(imdb.examples.size(), 50000);
  EXPECT_EQ(count_attribute(imdb.examples, "split", "train"), 25000);
  EXPECT_EQ(count_label(imdb.examples, "pos"), 25000);
  FormatOptions options;
  options.header = "no";
  options.label_column = "1";
  options.text_column = "4";
  const Dataset table = read_dataset(real_data("imdb/test.tsv.gz"), options);
  std::multiset<std::string> folder_texts;
  std::multiset<std::string> table_texts;
  for (const Example& one : imdb.examples)
    if (one.attributes.at("split") == "test") folder_texts.insert(one.text);
  for (const Example& one : table.examples) table_texts.insert(one.text);
  EXPECT_EQ(folder_texts, table_texts);
}

}  // namespace
}  // namespace inkling
