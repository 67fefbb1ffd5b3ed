#include "inkling/train/checkpoint.h"

#include <gtest/gtest.h>

#include "inkling/base/file.h"
#include "inkling/base/temporary_folder.h"
#include "inkling/train/test_help.h"

namespace inkling {
namespace {

using testing_help::error_of;
using testing_help::number;
using testing_help::same_bits;

RunConfig config(const ConfigValues& values = {}) {
  return config_from_values(values);
}

Checkpoint checkpoint() {
  Checkpoint made;
  made.step = 7;
  made.params = {{"encoder.w", normal(Key{1}, {3, 2}, at::kFloat)}, {"head.b", number(2)}};
  made.state.step = 6;
  made.state.slots = {made.params.map([](const std::string&, const Tensor& x) { return x * 3; })};
  made.loss = 1.0 / 3;
  made.best = 2.0 / 3;
  made.best_step = 5;
  made.without_better = 2;
  made.skipped = 3;
  made.best_params = made.params.map([](const std::string&, const Tensor& x) { return x * 5; });
  return made;
}

/// What a fresh start has.
Checkpoint fresh() {
  Checkpoint made;
  const auto zeros = [](const std::string&, const Tensor& x) { return at::zeros_like(x); };
  made.params = checkpoint().params.map(zeros);
  made.state.slots = {made.params.map(zeros)};
  return made;
}

TEST(Checkpoint, LoadGivesWhatWasSaved) {
  const TemporaryFolder folder;
  const Checkpoint saved = checkpoint();
  CheckpointFile(folder.path(), config()).save(saved);
  Checkpoint loaded = fresh();
  CheckpointFile(folder.path(), config()).load(loaded);
  EXPECT_EQ(loaded.step, 7);
  EXPECT_EQ(loaded.state.step, 6);
  EXPECT_EQ(loaded.loss, saved.loss);
  EXPECT_EQ(loaded.best, saved.best);
  EXPECT_EQ(loaded.best_step, 5);
  EXPECT_EQ(loaded.without_better, 2);
  EXPECT_EQ(loaded.skipped, 3);
  EXPECT_FALSE(loaded.stopped);
  EXPECT_TRUE(same_bits(loaded.params, saved.params));
  EXPECT_TRUE(same_bits(loaded.state.slots[0], saved.state.slots[0]));
  EXPECT_TRUE(same_bits(loaded.best_params, saved.best_params));
}

TEST(Checkpoint, WhereThereIsNoneNothingHappens) {
  const TemporaryFolder folder;
  Checkpoint loaded = fresh();
  CheckpointFile(folder.path() / "new", config()).load(loaded);
  EXPECT_EQ(loaded.step, 0);
  EXPECT_TRUE(same_bits(loaded.params, fresh().params));
}

TEST(Checkpoint, AChangedOptionIsAnErrorThatNamesIt) {
  const TemporaryFolder folder;
  CheckpointFile(folder.path(), config()).save(checkpoint());
  const auto load = [&](const ConfigValues& values) {
    Checkpoint loaded = fresh();
    CheckpointFile(folder.path(), config(values)).load(loaded);
  };
  for (const auto& [section, field, text] :
       std::vector<std::array<const char*, 3>>{{"episodes", "shots", "3"},
                                               {"train", "seed", "1"},
                                               {"train", "learning-rate", "0.5"},
                                               {"method", "inner-steps", "9"},
                                               {"text", "words", "99"},
                                               {"method", "name", "protonet"}}) {
    const Error error = error_of([&] { load({{section, {{field, text}}}}); });
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    EXPECT_EQ(error.where().field.empty(), false);
    EXPECT_TRUE(error.where().field == field || std::string(section) == "method") << error.what();
  }
  EXPECT_NO_THROW(
      load({{"eval", {{"episodes", "7"}}},
            {"train", {{"threads", "3"}, {"resume", "true"}, {"checkpoint-every", "2"}}}}));
}

TEST(Checkpoint, OfAnotherModelIsAnErrorThatNamesTheParameter) {
  const TemporaryFolder folder;
  CheckpointFile(folder.path(), config()).save(checkpoint());
  Checkpoint other = fresh();
  other.params.set("head.b", at::zeros({2}, at::kDouble));
  const Error error = error_of([&] { CheckpointFile(folder.path(), config()).load(other); });
  EXPECT_EQ(error.kind(), ErrorKind::data);
  EXPECT_EQ(error.where().field, "params.head.b");
}

TEST(Checkpoint, ATruncatedFileIsAnError) {
  const TemporaryFolder folder;
  const CheckpointFile file(folder.path(), config());
  file.save(checkpoint());
  const auto path = folder.path() / "last.safetensors";
  const std::string bytes = read_file(path);
  for (std::size_t size = 0; size < bytes.size(); size += 1 + bytes.size() / 60) {
    write_file(path, bytes.substr(0, size));
    EXPECT_EQ(error_of([&] {
                Checkpoint loaded = fresh();
                file.load(loaded);
              }).kind(),
              ErrorKind::data)
        << size;
  }
}

TEST(Checkpoint, AnAlteredByteAnywhereIsAnError) {
  const TemporaryFolder folder;
  const CheckpointFile file(folder.path(), config());
  file.save(checkpoint());
  const auto path = folder.path() / "last.safetensors";
  const std::string bytes = read_file(path);
  const std::size_t step = 1 + bytes.size() / 150;
  for (std::size_t at = 0; at < bytes.size(); at += at + 200 < bytes.size() ? step : 1) {
    std::string altered = bytes;
    altered[at] = static_cast<char>(altered[at] ^ 1);
    write_file(path, altered);
    try {
      Checkpoint loaded = fresh();
      file.load(loaded);
      // Blanks that fill the header mean nothing.
      EXPECT_EQ(bytes[at], ' ') << "byte " << at << " of " << bytes.size();
    } catch (const Error&) {
    }
  }
}

}  // namespace
}  // namespace inkling
