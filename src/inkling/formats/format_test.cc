#include "inkling/formats/format.h"

#include <fstream>

#include "inkling/base/file.h"
#include "inkling/base/temporary_folder.h"
#include "inkling/formats/gzip.h"
#include "inkling/formats/test_help.h"

namespace inkling {
namespace {

using namespace testing_help;
using testing::ElementsAre;
using testing::HasSubstr;

class Formats : public testing::Test {
 protected:
  std::filesystem::path put(const std::string& name, const std::string& bytes) const {
    const auto path = folder_.path() / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }
  std::filesystem::path path(const std::string& name) const { return folder_.path() / name; }
  std::size_t entries() const {
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(folder_.path()), {}));
  }

 private:
  TemporaryFolder folder_;
};

TEST(FormatRegistry, FormatsAreOrderedByName) {
  std::vector<std::string> names;
  for (const auto& format : all_formats()) names.emplace_back(format->name());
  EXPECT_THAT(names, testing::IsSupersetOf({"aclimdb", "arsc", "clinc", "csv", "fasttext", "jsonl",
                                            "leopard", "tsv", "vader"}));
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
}

TEST(FormatRegistry, AnUnknownFormatNamesTheNearest) {
  const Error error = error_of([] { format_named("json"); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_THAT(error.hint(), HasSubstr("jsonl"));
}

TEST_F(Formats, AFileIsRecognisedByNameOrContent) {
  const std::vector<std::pair<std::string, std::string>> files = {
      {"a.csv", "text,label\na,x\n"},
      {"a.tsv", "text\tlabel\na\tx\n"},
      {"b.txt", "text,label\na,x\n"},
      {"c.txt", "text\tlabel\na\tx\n"},
      {"a.jsonl", "{\"text\": \"a\", \"label\": \"x\"}"},
      {"b.json", "{\"text\": \"a\", \"label\": \"x\"}\n"},
      {"d.txt", "__label__x a\n"},
      {"d.json", "[{\"sentence1\": \"a\", \"label\": \"x\"}]"}};
  for (const auto& [name, bytes] : files) {
    const Dataset plain = read_dataset(put(name, bytes), {});
    EXPECT_THAT(plain.examples, ElementsAre(example("a", "x"))) << name;
    EXPECT_EQ(plain.name, name.substr(0, 1));
    EXPECT_EQ(plain.examples[0].origin.file, path(name));
    const Dataset packed = read_dataset(put(name + ".gz", gzip("\xef\xbb\xbf" + bytes)), {});
    EXPECT_THAT(packed.examples, ElementsAre(example("a", "x"))) << name;
  }
}

TEST_F(Formats, TheFormatThatIsNamedGoesFirst) {
  FormatOptions options;
  options.format = "fasttext";
  EXPECT_THAT(texts_of(read_dataset(put("a.csv", "text,label\n"), options).examples),
              ElementsAre("text,label"));
}

TEST_F(Formats, AnUnknownContentListsTheFormats) {
  const Error error = error_of([&] { read_dataset(put("a.txt", "just words\n"), {}); });
  EXPECT_EQ(error.kind(), ErrorKind::data);
  EXPECT_THAT(error.hint(), HasSubstr("aclimdb, arsc, brat, clinc"));
  EXPECT_THAT(error_of([&] { read_dataset(path(""), {}); }).message(), HasSubstr("not recognised"));
}

TEST_F(Formats, AnEmptyFileIsAnError) {
  EXPECT_THAT(error_of([&] { read_dataset(put("a.csv", ""), {}); }).message(),
              HasSubstr("is empty"));
  EXPECT_THAT(error_of([&] { read_dataset(put("a.csv.gz", gzip("")), {}); }).message(),
              HasSubstr("is empty"));
  EXPECT_THAT(error_of([&] { read_dataset(put("b.csv", "text,label\n"), {}); }).message(),
              HasSubstr("no examples"));
  EXPECT_THAT(error_of([&] { read_dataset(put("b.jsonl", "\n\n"), {}); }).message(),
              HasSubstr("no examples"));
}

TEST_F(Formats, AMissingFileIsAnIoError) {
  const Error error = error_of([&] { read_dataset(path("no.csv"), {}); });
  EXPECT_EQ(error.kind(), ErrorKind::io);
  EXPECT_EQ(error.where().file, path("no.csv"));
}

TEST_F(Formats, TheFilesOfAFolderAreReadInOrder) {
  put("d/b.csv", "text\nb\n");
  put("d/a.csv.gz", gzip("text\na\n"));
  put("d/readme.txt", "text\n");
  FormatOptions options;
  options.format = "csv";
  EXPECT_THAT(texts_of(read_dataset(path("d"), options).examples), ElementsAre("a", "b"));
  EXPECT_THAT(texts_of(read_dataset(path("d/"), options).examples), ElementsAre("a", "b"));
  options.format = "jsonl";
  EXPECT_THAT(error_of([&] { read_dataset(path("d"), options); }).message(), HasSubstr("no file"));
  put("d/a.csv", "text\na\n");
  options.format = "csv";
  EXPECT_THAT(error_of([&] { read_dataset(path("d"), options); }).message(),
              HasSubstr("packed and unpacked"));
}

TEST_F(Formats, WritesByTheNameOfTheFilePackedWhereItEndsInGz) {
  const Dataset data{"",
                     {example("\xef\xbb\xbf"
                              "a",
                              "x"),
                      example("b", "y")}};
  for (const std::string name : {"o.csv", "o.tsv", "o.jsonl", "o.jsonl.gz", "o.csv.gz"}) {
    write_dataset(data, path(name), {});
    EXPECT_EQ(read_dataset(path(name), {}).examples, data.examples) << name;
    EXPECT_EQ(is_gzip(read_file(path(name))), name.ends_with(".gz")) << name;
  }
  EXPECT_EQ(entries(), 5);
  EXPECT_EQ(error_of([&] { write_dataset(data, path("o.unknown"), {}); }).kind(), ErrorKind::usage);
}

TEST_F(Formats, ATextThatStartsWithAMarkSurvives) {
  const Dataset data{"",
                     {example("\xef\xbb\xbf"
                              "a")}};
  FormatOptions options;
  options.format = "fasttext";
  write_dataset(data, path("o.txt"), options);
  EXPECT_EQ(read_dataset(path("o.txt"), options).examples, data.examples);
}

TEST_F(Formats, WhatCannotBeWrittenLeavesTheOldFile) {
  const auto target = put("o.tsv", "old");
  EXPECT_EQ(error_of([&] { write_dataset({"", {example("a\tb", "x")}}, target, {}); }).kind(),
            ErrorKind::data);
  EXPECT_EQ(error_of([&] { write_dataset({"", {}}, target, {}); }).kind(), ErrorKind::data);
  for (const std::string& text : {std::string("\xff"), std::string("a\0b", 3)}) {
    const Error error =
        error_of([&] { write_dataset({"", {example("a"), example(text)}}, target, {}); });
    EXPECT_EQ(error.kind(), ErrorKind::data);
    EXPECT_THAT(error.message(), HasSubstr("example 2"));
    EXPECT_EQ(error.where().field, "text");
  }
  EXPECT_EQ(read_file(target), "old");
  EXPECT_EQ(entries(), 1);
  EXPECT_EQ(error_of([&] { write_dataset({"", {example("a")}}, path("no/o.csv"), {}); }).kind(),
            ErrorKind::io);
}

TEST_F(Formats, SeveralFilesBecomeAFolderThatAppearsWhole) {
  Dataset data{"", {example("a", "positive"), example("b", "negative")}};
  data.examples[0].attributes = {{"domain", "books"}, {"threshold", "t2"}, {"split", "dev"}};
  data.examples[1].attributes = {{"domain", "dvd"}, {"threshold", "t2"}, {"split", "dev"}};
  FormatOptions options;
  options.format = "arsc";
  write_dataset(data, path("out/"), options);
  EXPECT_EQ(read_dataset(path("out"), {}).examples, data.examples);
  EXPECT_EQ(entries(), 1);
  EXPECT_THAT(error_of([&] { write_dataset(data, path("out"), options); }).message(),
              HasSubstr("already there"));
  EXPECT_EQ(error_of([&] { write_dataset(data, "-", options); }).kind(), ErrorKind::usage);
  EXPECT_EQ(error_of([&] { write_dataset(data, path("x.gz"), options); }).kind(), ErrorKind::usage);
  data.examples[1].label = "x";
  EXPECT_EQ(error_of([&] { write_dataset(data, path("bad"), options); }).kind(), ErrorKind::data);
  EXPECT_EQ(entries(), 1);
}

}  // namespace
}  // namespace inkling
