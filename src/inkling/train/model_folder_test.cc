#include "inkling/train/model_folder.h"

#include <gtest/gtest.h>

#include "inkling/base/file.h"
#include "inkling/base/temporary_folder.h"
#include "inkling/train/test_help.h"

namespace inkling {
namespace {

namespace fs = std::filesystem;
using testing_help::error_of;
using testing_help::same_bits;

ModelVersion version(double scale = 1) {
  ModelVersion made;
  made.config["labels"] = {"bad", "good"};
  made.config["temperature"] = 1.25;
  made.params = {{"encoder.w", scale * normal(Key{1}, {3, 2}, at::kDouble)},
                 {"head.b", at::ones({2}, at::kFloat)}};
  made.files = {{"vocab.txt", "words\nand\nmore\n"}, {"README.md", "# a model\n"}};
  return made;
}

/// A folder that holds a version.
struct Folder {
  TemporaryFolder temporary;
  fs::path path = temporary.path() / "model";
  Folder() { publish_version(path, "model", version()); }

  fs::path now() const {
    const std::string name = read_file(path / "current");
    return path / "versions" / name.substr(0, name.size() - 1);
  }
  ErrorKind load_kind() const {
    return error_of([&] { current_version(path, "model"); }).kind();
  }
};

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder))
    names.push_back(entry.path().filename().string());
  std::ranges::sort(names);
  return names;
}

TEST(ModelFolder, CurrentIsWhatWasPublished) {
  const Folder folder;
  const ModelVersion loaded = current_version(folder.path, "model");
  EXPECT_TRUE(same_bits(loaded.params, version().params));
  EXPECT_EQ(loaded.files, version().files);
  EXPECT_EQ(loaded.config["labels"], version().config["labels"]);
  EXPECT_EQ(loaded.config["temperature"], 1.25);
  EXPECT_EQ(loaded.config["format"], kModelFormat);
  EXPECT_EQ(kind_of(folder.path), "model");
}

TEST(ModelFolder, ANewVersionReplacesTheOldOneAndLeavesNothingElse) {
  const Folder folder;
  const std::string hash = model_hash(folder.path);
  publish_version(folder.path, "model", version(2));
  EXPECT_TRUE(same_bits(current_version(folder.path, "model").params, version(2).params));
  EXPECT_NE(model_hash(folder.path), hash);
  EXPECT_EQ(names_in(folder.path / "versions").size(), 1);
  EXPECT_EQ(names_in(folder.path), (std::vector<std::string>{"current", "versions"}));
  publish_version(folder.path, "model", version());
  EXPECT_EQ(model_hash(folder.path), hash) << "the same parameters have the same name";
}

TEST(ModelFolder, OneThatCannotBePublishedLeavesWhatWasCurrent) {
  const Folder folder;
  ModelVersion bad = version(2);
  bad.params.set("flags", at::ones({2}, at::kBool));
  EXPECT_THROW(publish_version(folder.path, "model", bad), Error);
  EXPECT_TRUE(same_bits(current_version(folder.path, "model").params, version().params));
  EXPECT_EQ(names_in(folder.path), (std::vector<std::string>{"current", "versions"}));
}

TEST(ModelFolder, AFileCutAnywhereIsAnError) {
  const Folder folder;
  for (const std::string& name : names_in(folder.now())) {
    const std::string bytes = read_file(folder.now() / name);
    for (const std::size_t size :
         {std::size_t{0}, std::size_t{1}, bytes.size() / 2, bytes.size() - 2}) {
      write_file(folder.now() / name, bytes.substr(0, size));
      EXPECT_EQ(folder.load_kind(), ErrorKind::data) << name << " " << size;
    }
    fs::remove(folder.now() / name);
    EXPECT_EQ(folder.load_kind(), ErrorKind::io) << name << " is gone";
    write_file(folder.now() / name, bytes);
  }
  EXPECT_NO_THROW(current_version(folder.path, "model"));
}

TEST(ModelFolder, AnAlteredByteInAnyFileIsAnError) {
  const Folder folder;
  for (const std::string& name : names_in(folder.now())) {
    const std::string bytes = read_file(folder.now() / name);
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      for (const int bit : {1, 32, 128}) {
        std::string altered = bytes;
        altered[at] = static_cast<char>(altered[at] ^ bit);
        write_file(folder.now() / name, altered);
        try {
          current_version(folder.path, "model");
          // How a configuration is laid out is no part of what it says.
          EXPECT_TRUE(name == "config.json" && (bytes[at] == '\n' || bytes[at] == ' '))
              << name << " byte " << at;
        } catch (const Error& error) {
          EXPECT_TRUE(error.kind() == ErrorKind::data || error.kind() == ErrorKind::usage ||
                      error.kind() == ErrorKind::io)
              << error.what();
        }
      }
    }
    write_file(folder.now() / name, bytes);
  }
}

TEST(ModelFolder, AnotherFormatIsAnErrorThatSaysWhatToDo) {
  const Folder folder;
  auto config = nlohmann::ordered_json::parse(read_file(folder.now() / "config.json"));
  config["format"] = 2;
  write_file(folder.now() / "config.json", config.dump());
  const Error error = error_of([&] { current_version(folder.path, "model"); });
  EXPECT_EQ(error.kind(), ErrorKind::data);
  EXPECT_EQ(error.where().field, "format");
  EXPECT_FALSE(error.hint().empty());
}

TEST(ModelFolder, AConfigurationThatIsNoneIsAnError) {
  const Folder folder;
  for (const char* text :
       {"", "[]", "{}", "null", "{\"format\": 1}", "{\"format\": \"1\", \"kind\": \"model\"}",
        "{\"format\": 1, \"kind\": 7}", "{\"format\": 1, \"kind\": \"model\"}",
        "{\"format\": 1, \"kind\": \"model\", \"sha256\": []}",
        "{\"format\": 1, \"kind\": \"model\", \"sha256\": {}}",
        "{\"format\": 1, \"kind\": \"model\", \"sha256\": {\"../../../x\": \"0\"}}"}) {
    write_file(folder.now() / "config.json", text);
    EXPECT_EQ(folder.load_kind(), ErrorKind::data) << text;
  }
}

TEST(ModelFolder, APointerThatLeavesTheFolderIsAnError) {
  const Folder folder;
  const std::string name = read_file(folder.path / "current");
  for (const std::string& hostile :
       {std::string(), std::string("\n"), std::string("."), std::string(".."),
        std::string("../versions/") + name, std::string("/etc"), std::string("a/b"),
        std::string("..\\x"), std::string(4000, 'x')}) {
    write_file(folder.path / "current", hostile);
    const ErrorKind kind = folder.load_kind();
    EXPECT_TRUE(kind == ErrorKind::data || kind == ErrorKind::io) << hostile;
  }
  write_file(folder.path / "current", std::string(5000, '1'));
  EXPECT_EQ(folder.load_kind(), ErrorKind::io) << "no pointer is so long";
  write_file(folder.path / "current", std::string("1\0002", 3));
  EXPECT_NE(folder.load_kind(), ErrorKind::internal);
  write_file(folder.path / "current", "99\n");
  EXPECT_EQ(folder.load_kind(), ErrorKind::io) << "a version that is not there";
  write_file(folder.path / "current", name);
  EXPECT_NO_THROW(current_version(folder.path, "model"));
}

TEST(ModelFolder, TheOtherKindIsAnErrorThatSaysWhichIsNeeded) {
  const Folder folder;
  const Error error = error_of([&] { current_version(folder.path, "adapted"); });
  EXPECT_EQ(error.kind(), ErrorKind::usage);
  EXPECT_NE(error.hint().find("adapt"), std::string::npos);
}

TEST(ModelFolder, WithoutAVersionSaysSo) {
  const TemporaryFolder folder;
  EXPECT_EQ(kind_of(folder.path()), "");
  EXPECT_EQ(error_of([&] { current_version(folder.path() / "none", "model"); }).kind(),
            ErrorKind::io);
}

TEST(ModelFolder, AnUnfinishedTrainingIsToldFromNoModel) {
  const TemporaryFolder folder;
  write_file(folder.path() / "last.safetensors", "x");
  EXPECT_NE(error_of([&] { current_version(folder.path(), "model"); }).hint().find("--resume"),
            std::string::npos);
}

}  // namespace
}  // namespace inkling
