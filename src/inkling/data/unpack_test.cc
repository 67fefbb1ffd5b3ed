#include "inkling/data/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>

#include <vector>

#include "inkling/base/error.h"
#include "inkling/base/file.h"
#include "inkling/base/temporary_folder.h"

namespace inkling {
namespace {

struct Member {
  std::string path;
  std::string bytes = {};
  unsigned type = AE_IFREG;
  std::string link = {};
  bool hard = false;
};

class Unpack : public testing::Test {
 protected:
  std::filesystem::path pack(const std::vector<Member>& members) const {
    const auto path = folder_.path() / "archive.tar.gz";
    struct archive* out = archive_write_new();
    archive_write_add_filter_gzip(out);
    archive_write_set_format_pax_restricted(out);
    archive_write_open_filename(out, path.c_str());
    for (const Member& member : members) {
      archive_entry* entry = archive_entry_new();
      archive_entry_set_pathname(entry, member.path.c_str());
      archive_entry_set_filetype(entry, member.type);
      archive_entry_set_perm(entry, 0777);
      archive_entry_set_size(entry, static_cast<la_int64_t>(member.bytes.size()));
      if (!member.link.empty() && member.hard)
        archive_entry_set_hardlink(entry, member.link.c_str());
      if (!member.link.empty() && !member.hard)
        archive_entry_set_symlink(entry, member.link.c_str());
      archive_write_header(out, entry);
      archive_write_data(out, member.bytes.data(), member.bytes.size());
      archive_entry_free(entry);
    }
    archive_write_close(out);
    archive_write_free(out);
    return path;
  }

  /// The error of unpacking, after which nothing but the archive is left.
  std::string refusal(const std::filesystem::path& archive, const UnpackLimits& limits = {}) const {
    try {
      unpack(archive, target(), limits);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::data);
      int left = 0;
      for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path()))
        left += !entry.path().empty();
      EXPECT_EQ(left, 1);
      return error.what();
    }
    return "";
  }
  std::filesystem::path target() const { return folder_.path() / "target"; }

  TemporaryFolder folder_;
};

TEST_F(Unpack, FilesAndFoldersAppear) {
  unpack(
      pack(
          {{"top/", "", AE_IFDIR}, {"top/a.txt", "one"}, {"./other/deep/b", "two"}, {"empty", ""}}),
      target());
  EXPECT_EQ(read_file(target() / "top" / "a.txt"), "one");
  EXPECT_EQ(read_file(target() / "other" / "deep" / "b"), "two");
  EXPECT_EQ(read_file(target() / "empty"), "");
}

TEST_F(Unpack, NoPathLeavesTheTarget) {
  EXPECT_NE(refusal(pack({{"ok", "1"}, {"../out", "x"}})).find("leaves the folder"),
            std::string::npos);
  EXPECT_NE(refusal(pack({{"a/../../out", "x"}})).find("leaves the folder"), std::string::npos);
  EXPECT_NE(refusal(pack({{"/tmp/inkling-out", "x"}})).find("plain relative"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(folder_.path().parent_path() / "out"));
}

TEST_F(Unpack, LinksAndDevicesAreRefused) {
  EXPECT_NE(refusal(pack({{"l", "", AE_IFLNK, "/etc"}, {"l/x", "1"}})).find("is a link"),
            std::string::npos);
  EXPECT_NE(refusal(pack({{"a", "1"}, {"b", "", AE_IFREG, "a", true}})).find("is a link"),
            std::string::npos);
  EXPECT_NE(refusal(pack({{"pipe", "", AE_IFIFO}})).find("no file or folder"), std::string::npos);
}

TEST_F(Unpack, ABombIsStopped) {
  const auto bomb = pack({{"a", std::string(1 << 20, '\0')}, {"b", std::string(1 << 20, '\0')}});
  EXPECT_LT(std::filesystem::file_size(bomb), 20000U);
  EXPECT_NE(refusal(bomb, {.max_bytes = 1'500'000}).find("more than 1500000 bytes"),
            std::string::npos);
  EXPECT_NE(refusal(pack({{"a"}, {"b"}, {"c"}}), {.max_files = 2}).find("more than 2 files"),
            std::string::npos);
}

TEST_F(Unpack, AMemberThatComesTwiceIsRefused) {
  EXPECT_NE(refusal(pack({{"a", "1"}, {"a", "2"}})).find("twice"), std::string::npos);
  EXPECT_NE(refusal(pack({{"a", "1"}, {"a/b", "2"}})).find("both a file and a folder"),
            std::string::npos);
}

TEST_F(Unpack, ATruncatedArchiveIsAnError) {
  std::string noise(3000, ' ');
  for (std::size_t i = 0; i < noise.size(); ++i) noise[i] = static_cast<char>(i * i * 31 >> 3);
  const auto whole = read_file(pack({{"a", noise}, {"b", noise}}));
  for (std::size_t size = 1; size < whole.size() - 8; size += 37) {
    write_file(folder_.path() / "archive.tar.gz", whole.substr(0, size));
    EXPECT_NE(refusal(folder_.path() / "archive.tar.gz"), "") << size;
  }
}

TEST_F(Unpack, WhatIsNoArchiveIsAnError) {
  write_file(folder_.path() / "archive.tar.gz", "<html>not found</html>");
  EXPECT_NE(refusal(folder_.path() / "archive.tar.gz").find("no archive"), std::string::npos);
  write_file(folder_.path() / "archive.tar.gz", "");
  EXPECT_NE(refusal(folder_.path() / "archive.tar.gz"), "");
}

}  // namespace
}  // namespace inkling
