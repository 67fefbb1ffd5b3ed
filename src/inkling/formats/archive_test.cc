#include "inkling/formats/archive.h"

#include <archive.h>
#include <archive_entry.h>

#include "inkling/base/file.h"
#include "inkling/formats/test_help.h"

namespace inkling {
namespace {

using namespace testing_help;
using testing::ElementsAre;
using testing::HasSubstr;

struct Member {
  std::string path;
  std::string bytes;
};

class Archives : public testing::Test {
 protected:
  std::filesystem::path path(const std::string& name) const { return folder_.path() / name; }

  /// An archive of the kind that its name says.
  std::filesystem::path pack(const std::string& name, const std::vector<Member>& members) const {
    struct archive* out = archive_write_new();
    if (name.ends_with(".zip")) {
      archive_write_set_format_zip(out);
    } else {
      archive_write_set_format_pax_restricted(out);
      if (name.ends_with(".gz")) archive_write_add_filter_gzip(out);
      if (name.ends_with(".xz")) archive_write_add_filter_xz(out);
    }
    archive_write_open_filename(out, path(name).c_str());
    for (const Member& member : members) {
      archive_entry* entry = archive_entry_new();
      archive_entry_set_pathname(entry, member.path.c_str());
      archive_entry_set_filetype(entry, AE_IFREG);
      archive_entry_set_perm(entry, 0644);
      archive_entry_set_size(entry, static_cast<la_int64_t>(member.bytes.size()));
      archive_write_header(out, entry);
      archive_write_data(out, member.bytes.data(), member.bytes.size());
      archive_entry_free(entry);
    }
    archive_write_close(out);
    archive_write_free(out);
    return path(name);
  }

 private:
  TemporaryFolder folder_;
};

const std::vector<Member> kLeopard = {
    {"top/._airline_eval.json", "not ours"},
    {"top/airline_eval.json", R"([{"sentence1": "a", "label": "x"}])"},
    {"top/airline_train_0_4.json", R"([{"sentence1": "b", "label": "y"}])"}};

TEST_F(Archives, AFolderFormatIsReadOutOfThem) {
  for (const std::string name : {"d.tar", "d.tar.gz", "d.tar.xz", "d.zip"}) {
    const Dataset data = read_dataset(pack(name, kLeopard), {});
    EXPECT_EQ(data.name, "d");
    EXPECT_THAT(texts_of(data.examples), ElementsAre("a", "b")) << name;
    EXPECT_EQ(data.examples[0].attributes.at("split"), "eval");
    EXPECT_EQ(data.examples[0].origin.file, path(name).string() + "/top/airline_eval.json");
  }
}

TEST_F(Archives, OneFileAloneIsReadAsItIs) {
  const auto archive = pack("d.zip", {{"a/b/c.csv", "text,label\na,x\n"}, {".DS_Store", "\1"}});
  EXPECT_THAT(read_dataset(archive, {}).examples, ElementsAre(example("a", "x")));
}

TEST_F(Archives, AFaultNamesTheArchiveItsMemberAndTheLine) {
  const auto archive = pack("d.tar.gz", {{"c.csv", "text,label\na,x\nb\n"}});
  const Error error = error_of([&] { read_dataset(archive, {}); });
  EXPECT_EQ(error.where().file, archive.string() + "/c.csv");
  EXPECT_EQ(error.where().line, 3);
}

TEST_F(Archives, WhatIsNoDataIsAnErrorThatNamesTheArchive) {
  const auto archive = pack("d.tar.gz", {{"a.bin", "x"}, {"b.bin", "y"}});
  const Error error = error_of([&] { read_dataset(archive, {}); });
  EXPECT_THAT(error.message(), HasSubstr("not recognised"));
  EXPECT_EQ(error.where().file, archive.string());
}

TEST_F(Archives, AMemberThatLeavesTheArchiveIsRefused) {
  const auto archive = pack("d.tar.gz", {{"../c.csv", "text,label\na,x\n"}});
  EXPECT_THAT(error_of([&] { read_dataset(archive, {}); }).message(), HasSubstr("leaves"));
  EXPECT_FALSE(std::filesystem::exists(path("../c.csv")));
}

TEST_F(Archives, DamageIsAnError) {
  const auto whole = pack("d.zip", kLeopard);
  write_file(path("cut.zip"), read_file(whole).substr(0, 60));
  EXPECT_EQ(error_of([&] { read_dataset(path("cut.zip"), {}); }).kind(), ErrorKind::data);
}

TEST_F(Archives, AnArchiveWithinAnArchiveIsNotOpened) {
  const std::string inner = read_file(pack("inner.tar", kLeopard));
  EXPECT_THAT(error_of([&] { read_dataset(pack("d.zip", {{"inner.tar", inner}}), {}); }).message(),
              HasSubstr("is a tar archive"));
}

}  // namespace
}  // namespace inkling
