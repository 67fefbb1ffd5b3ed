#include "inkling/data/catalogue.h"

#include <gtest/gtest.h>

#include <set>

#include "inkling/base/error.h"
#include "inkling/base/file.h"
#include "inkling/base/temporary_folder.h"

namespace inkling {
namespace {

class CatalogueTest : public testing::Test {
 protected:
  void put(const std::filesystem::path& path) const {
    std::filesystem::create_directories(path.parent_path());
    write_file(path, "x");
  }
  Error fault(const std::string& name) const {
    try {
      resolve(name, folders_);
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "no error for " << name;
    return {ErrorKind::internal, ""};
  }

  TemporaryFolder folder_;
  CatalogueFolders folders_{folder_.path() / "cache", folder_.path() / "data"};
};

using Catalogue = CatalogueTest;
using Resolve = CatalogueTest;

TEST_F(Catalogue, EveryEntrySaysWhatItIs) {
  std::set<std::string> names;
  for (const CatalogueEntry& entry : catalogue()) {
    EXPECT_TRUE(names.insert(entry.name).second);
    for (const std::string& text : {entry.what, entry.licence, entry.source, entry.layout})
      EXPECT_NE(text, "") << entry.name;
    EXPECT_FALSE(entry.splits.empty());
    EXPECT_EQ(entry.fetch == Fetch::given, entry.address.empty()) << entry.name;
    EXPECT_TRUE(entry.sha256.empty() || entry.sha256.size() == 64) << entry.name;
  }
  for (const char* name : {"imdb", "arsc", "vader", "glove-100d", "wnut17", "srl-ewt"})
    EXPECT_TRUE(names.contains(name));
}

TEST_F(Catalogue, TheListKnowsWhatIsHereAndTheSumOfTheFirstCopy) {
  put(folders_.cache / "vader" / "hutto_ICWSM_2014" / "tweets_GroundTruth.txt");
  put(folders_.provided / "imdb" / "train.tsv.gz");
  write_file(folders_.cache / "arsc.sha256", std::string(64, 'a') + "  arsc\n");
  std::map<std::string, ListedEntry> lines;
  for (const ListedEntry& line : list_catalogue(folders_)) lines[line.entry->name] = line;
  EXPECT_EQ(lines["vader"].path, folders_.cache / "vader");
  EXPECT_EQ(lines["imdb"].path, folders_.provided / "imdb" / "train.tsv.gz");
  EXPECT_EQ(lines["imdb"].sha256, "");
  EXPECT_EQ(lines["arsc"].sha256, std::string(64, 'a'));
  EXPECT_TRUE(lines["arsc"].sha256_recorded);
  EXPECT_EQ(lines["glove-100d"].path, "");
  EXPECT_EQ(lines["glove-100d"].sha256.size(), 64U);
  EXPECT_FALSE(lines["glove-100d"].sha256_recorded);
}

TEST_F(Resolve, TheCacheComesBeforeTheProvidedData) {
  put(folders_.provided / "imdb" / "train.tsv.gz");
  const Resolved provided = resolve("imdb:train", folders_);
  EXPECT_EQ(provided.path, folders_.provided / "imdb" / "train.tsv.gz");
  EXPECT_EQ(provided.format,
            (std::map<std::string, std::string>{
                {"format", "tsv"}, {"header", "no"}, {"label-column", "1"}, {"text-column", "4"}}));
  put(folders_.cache / "imdb" / "aclImdb" / "train" / "pos" / "0_9.txt");
  const Resolved cached = resolve("imdb:train", folders_);
  EXPECT_EQ(cached.path, folders_.cache / "imdb" / "aclImdb" / "train");
  EXPECT_EQ(cached.format.at("format"), "aclimdb");
}

TEST_F(Resolve, AnEntryWithOneSplitNeedsNone) {
  put(folders_.provided / "arsc" / "books.t2.train.gz");
  EXPECT_EQ(resolve("arsc", folders_).path, folders_.provided / "arsc");
  EXPECT_EQ(resolve("arsc:all", folders_).path, folders_.provided / "arsc");
  EXPECT_EQ(fault("imdb").kind(), ErrorKind::usage);
  EXPECT_EQ(fault("imdb").hint(), "say which: imdb:train or imdb:test");
}

TEST_F(Resolve, WhatIsNotHereNamesTheCommandThatBringsIt) {
  const Error error = fault("vader");
  EXPECT_EQ(error.kind(), ErrorKind::io);
  EXPECT_EQ(error.hint(), "inkling data get vader");
  EXPECT_NE(fault("clinc150").hint().find("INKLING_DATA"), std::string::npos);
}

TEST_F(Resolve, UnknownNamesAndSplitsNameTheNearest) {
  EXPECT_EQ(fault("imbd:train").hint(), "did you mean 'imdb'?");
  EXPECT_EQ(fault("imdb:trian").hint(), "did you mean 'train'?");
  EXPECT_EQ(fault("imdb:trian").kind(), ErrorKind::usage);
  EXPECT_EQ(fault("no/such.csv").kind(), ErrorKind::io);
  EXPECT_THROW(catalogue_entry("vadr"), Error);
}

TEST_F(Resolve, APathIsItselfWithoutOptions) {
  put(folder_.path() / "mine.csv");
  EXPECT_EQ(resolve((folder_.path() / "mine.csv").string(), folders_).path,
            folder_.path() / "mine.csv");
  EXPECT_TRUE(resolve("-", folders_).format.empty());
}

}  // namespace
}  // namespace inkling
