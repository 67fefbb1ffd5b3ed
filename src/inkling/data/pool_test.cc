#include "inkling/data/pool.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "inkling/base/error.h"
#include "inkling/base/file.h"
#include "inkling/base/strings.h"
#include "inkling/base/temporary_folder.h"

namespace inkling {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Example example(std::string text, std::string label, std::string domain) {
  Example one;
  one.text = std::move(text);
  one.label = std::move(label);
  one.attributes["domain"] = std::move(domain);
  return one;
}

Dataset reviews() {
  Dataset dataset;
  dataset.examples = {example("good", "pos", "dvd"),   example("bad", "neg", "dvd"),
                      example("fine", "pos", "books"), example("good", "neg", "books"),
                      example("dull", "neg", "toys"),  example("good", "pos", "dvd")};
  for (std::size_t i = 0; i < dataset.examples.size(); ++i)
    dataset.examples[i].origin = {"r.tsv", static_cast<std::int64_t>(i) + 1};
  return dataset;
}

std::vector<std::string> names_of(const std::vector<Value>& values) {
  std::vector<std::string> names;
  for (const Value& value : values) names.push_back(value.name);
  return names;
}

std::vector<std::string> expanded(const std::vector<std::string>& items) {
  return names_of(expand_values(items));
}

template <class Work>
std::string fault(ErrorKind kind, Work work) {
  try {
    work();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind) << error.what();
    return error.what();
  }
  return "";
}

std::vector<std::int64_t> indices(const Pool& pool) {
  std::vector<std::int64_t> indices;
  for (const PoolExample& one : pool.examples) indices.push_back(one.index);
  return indices;
}

TEST(Pool, NumbersLabelsAndGroupsInOrder) {
  const Pool pool = make_pool(reviews(), {.by = TasksBy::group, .group = "domain"});
  EXPECT_THAT(pool.labels, ElementsAre("neg", "pos"));
  EXPECT_THAT(pool.groups, ElementsAre("books", "dvd", "toys"));
  ASSERT_EQ(pool.examples.size(), 6U);
  EXPECT_EQ(pool.examples[2].label, 1);
  EXPECT_EQ(pool.examples[2].group, 0);
  EXPECT_EQ(pool.examples[4].group, 2);
}

TEST(Pool, EqualTextsHaveEqualNumbersAndOthersNever) {
  const Dataset dataset = reviews();
  const Pool pool = make_pool(dataset, {.by = TasksBy::single});
  for (const PoolExample& a : pool.examples) {
    for (const PoolExample& b : pool.examples) {
      const bool same = dataset.examples[static_cast<std::size_t>(a.index)].text ==
                        dataset.examples[static_cast<std::size_t>(b.index)].text;
      EXPECT_EQ(a.text == b.text, same);
    }
  }
  EXPECT_THAT(pool.groups, IsEmpty());
}

TEST(Pool, TakesTheGroupsOrLabelsThatWereAskedFor) {
  const Dataset dataset = reviews();
  const auto of = [&](TasksBy by, std::vector<Value> only, std::vector<Value> except) {
    return indices(make_pool(dataset, {by, "domain", std::move(only), std::move(except)}));
  };
  EXPECT_THAT(of(TasksBy::group, {{"books"}, {"toys"}}, {}), ElementsAre(2, 3, 4));
  EXPECT_THAT(of(TasksBy::group, {}, {{"dvd"}, {"games"}}), ElementsAre(2, 3, 4));
  EXPECT_THAT(of(TasksBy::group, {{"books"}, {"toys"}}, {{"toys"}}), ElementsAre(2, 3));
  EXPECT_THAT(of(TasksBy::label, {{"pos"}}, {}), ElementsAre(0, 2, 5));
  EXPECT_THAT(of(TasksBy::single, {}, {{"neg"}}), ElementsAre(0, 2, 5));
}

TEST(Pool, LabelsThatAreNumbersAreOrderedAsNumbers) {
  Dataset dataset;
  for (int i = 0; i < 12; ++i) dataset.examples.push_back(example(cat("t", i), cat(11 - i), "d"));
  const Pool pool = make_pool(dataset, {.by = TasksBy::label});
  EXPECT_EQ(pool.labels, dataset.labels().names());
  EXPECT_EQ(pool.labels[2], "2");
  EXPECT_EQ(pool.examples[0].label, 11);
}

TEST(Pool, AnUnknownValueNamesTheNearest) {
  EXPECT_EQ(fault(ErrorKind::usage,
                  [] { make_pool(reviews(), {TasksBy::group, "domain", {{"book"}}, {}}); }),
            "the data has no domain 'book' (did you mean 'books'?)");
  EXPECT_THAT(
      fault(ErrorKind::usage,
            [] { make_pool(reviews(), {TasksBy::label, "", {{"pos"}, {"nег", {"f", 3}}}, {}}); }),
      HasSubstr("f:3: the data has no label"));
}

TEST(Pool, AMissingLabelOrGroupNamesItsPlace) {
  Dataset dataset = reviews();
  dataset.examples[3].label.reset();
  EXPECT_THAT(fault(ErrorKind::data, [&] { make_pool(dataset, {.by = TasksBy::label}); }),
              HasSubstr("r.tsv:4 (label)"));
  EXPECT_THAT(fault(ErrorKind::data,
                    [&] { make_pool(dataset, {.by = TasksBy::group, .group = "domains"}); }),
              HasSubstr("did you mean 'domain'?"));
  // A group that is left out may hold what it likes.
  EXPECT_EQ(make_pool(dataset, {TasksBy::group, "domain", {{"dvd"}}, {}}).examples.size(), 3U);
}

TEST(Pool, MakesASampler) {
  const Pool pool = make_pool(reviews(), {TasksBy::group, "domain", {{"dvd"}}, {}});
  const EpisodeSampler sampler = pool.sampler(TasksBy::group, {2, 1, 0});
  EXPECT_EQ(sampler.at(Key{1}, 0).support[0], 1);
}

TEST(Values, RangesOfIntegersAreExpanded) {
  EXPECT_THAT(expanded({"0-3", "7", "20-20"}), ElementsAre("0", "1", "2", "3", "7", "20"));
  EXPECT_THAT(expanded({"-1", "a-b", "1-b", "01-3", "1-", "2-3-4", "x 1-2"}),
              ElementsAre("-1", "a-b", "1-b", "01-3", "1-", "2-3-4", "x 1-2"));
  EXPECT_EQ(expanded({"1-1000000"}).size(), 1000000U);
}

TEST(Values, AFileHoldsNamesOneALine) {
  const TemporaryFolder folder;
  const std::string file = (folder.path() / "names").string();
  write_file(file,
             "\xef\xbb\xbf"
             "books\r\n\n  office products \n2-3");
  const std::vector<std::string> items = {"@" + file, "dvd"};
  const std::vector<Value> values = expand_values(items);
  EXPECT_THAT(names_of(values), ElementsAre("books", "office products", "2", "3", "dvd"));
  EXPECT_EQ(values[1].origin.line, 3);
  EXPECT_EQ(values[4].origin.file, "");
  write_file(file, "a\nb\na\n");
  EXPECT_EQ(fault(ErrorKind::usage, [&] { expand_values(items); }),
            file + ":3: 'a' is in the list twice");
  EXPECT_NE(fault(ErrorKind::io, [] { expanded({"@no such file"}); }), "");
}

TEST(Values, BadListsAreErrors) {
  for (const char* item : {"", "@", "3-1", "0-1000000"})
    EXPECT_NE(fault(ErrorKind::usage, [&] { expanded({item}); }), "") << item;
  EXPECT_THAT(fault(ErrorKind::usage, [] { expanded({"0-999999", "1000000-1000001"}); }),
              HasSubstr("the list is longer"));
  EXPECT_THAT(fault(ErrorKind::usage, [] { expanded({"1-3", "2"}); }), HasSubstr("'2'"));
  EXPECT_THAT(fault(ErrorKind::usage, [] { tasks_by_named("labels"); }), HasSubstr("'label'"));
  EXPECT_EQ(tasks_by_named("single"), TasksBy::single);
}

}  // namespace
}  // namespace inkling
