#include "inkling/metrics/training_log.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>

#include "inkling/base/error.h"
#include "inkling/base/file.h"
#include "inkling/base/temporary_folder.h"

namespace inkling {
namespace {

/// What a training appends in step `step`: a loss, and every third step a validation.
void train(TrainingLog& log, std::int64_t step) {
  log.append(step, {{"loss", 1.0 / static_cast<double>(step)}, {"note", "ä\n"}});
  if (step % 3 == 0) log.append(step, {{"validation", {{"accuracy", 50 + step}}}});
}

std::string uninterrupted(const std::filesystem::path& file, std::int64_t steps = 9) {
  TrainingLog log(file);
  for (std::int64_t step = 1; step <= steps; ++step) train(log, step);
  return read_file(file);
}

/// Without the care of write_file: this is done a thousand times.
void put(const std::filesystem::path& file, std::string_view bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

Error fault(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "no Error";
  return Error(ErrorKind::internal, "");
}

TEST(TrainingLog, ALineIsAnObjectThatBeginsWithItsStep) {
  const TemporaryFolder folder;
  TrainingLog log(folder.path() / "m");
  log.append(7, {{"loss", 0.5}, {"rate", std::nan("")}, {"bad", "\xff"}});
  log.sync();
  EXPECT_EQ(read_file(folder.path() / "m"),
            "{\"step\":7,\"loss\":0.5,\"rate\":null,\"bad\":\"\xef\xbf\xbd\"}\n");
}

TEST(TrainingLog, WhatIsWrittenReadsBackAtOnce) {
  const TemporaryFolder folder;
  TrainingLog log(folder.path() / "m");
  EXPECT_TRUE(read_training_log(folder.path() / "m").empty());
  train(log, 3);
  const auto lines = read_training_log(folder.path() / "m");
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0]["step"], 3);
  EXPECT_EQ(lines[0]["note"], "ä\n");
  EXPECT_EQ(lines[1]["validation"]["accuracy"], 53);
}

TEST(TrainingLog, AResumedTrainingLeavesTheFileOfAnUninterruptedOneWhereverItWasCut) {
  const TemporaryFolder folder;
  const std::string whole = uninterrupted(folder.path() / "whole");
  const std::string last_of_six = "{\"step\":6,\"validation\":{\"accuracy\":56}}";
  const std::size_t checkpoint = whole.find(last_of_six) + last_of_six.size();
  ASSERT_LT(checkpoint, whole.size());
  // From before the newline of the last line that belongs to the checkpoint.
  for (std::size_t size = checkpoint; size <= whole.size(); ++size) {
    put(folder.path() / "cut", whole.substr(0, size));
    {
      TrainingLog log(folder.path() / "cut", 6);
      for (std::int64_t step = 7; step <= 9; ++step) train(log, step);
    }
    ASSERT_EQ(read_file(folder.path() / "cut"), whole) << size;
  }
}

TEST(TrainingLog, ACutOffLineIsLeftOutOfWhatIsRead) {
  const TemporaryFolder folder;
  const std::string whole = uninterrupted(folder.path() / "whole", 3);
  std::size_t lines = 0;
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    // A line counts from its closing brace on.
    if (size > 0 && size < whole.size() && whole[size] == '\n') ++lines;
    put(folder.path() / "cut", whole.substr(0, size));
    ASSERT_EQ(read_training_log(folder.path() / "cut").size(), lines) << size;
  }
}

TEST(TrainingLog, ResumingAtTheBeginningOrWithoutAFileBeginsAnew) {
  const TemporaryFolder folder;
  uninterrupted(folder.path() / "m");
  {
    const TrainingLog log(folder.path() / "m", 0);
  }
  EXPECT_EQ(read_file(folder.path() / "m"), "");
  uninterrupted(folder.path() / "m");
  {
    const TrainingLog log(folder.path() / "m");
  }
  EXPECT_EQ(read_file(folder.path() / "m"), "");
  {
    const TrainingLog log(folder.path() / "new", 5);
  }
  EXPECT_EQ(read_file(folder.path() / "new"), "");
}

TEST(TrainingLog, KeepsNoMoreLinesOfAStepThanAreResumed) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "m";
  {
    TrainingLog log(file);
    for (const char* of : {"a", "b", "c"}) log.append(1, {{of, 1}});
  }
  TrainingLog(file, 1, 2).append(1, {{"d", 1}});
  EXPECT_EQ(read_file(file), "{\"step\":1,\"a\":1}\n{\"step\":1,\"b\":1}\n{\"step\":1,\"d\":1}\n");
}

TEST(TrainingLog, ALineOfSomethingElseIsAnErrorWithItsNumber) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "m";
  for (const char* line : {"loss 3", "[1]", "{}", "{\"step\":\"1\"}", "", "{\"step\":1.5}"}) {
    const std::string bytes = std::string("{\"step\":1}\n") + line + "\n{\"step\":2}\n";
    put(file, bytes);
    EXPECT_EQ(fault([&] { read_training_log(file); }).where().line, 2) << line;
    const Error error = fault([&] { TrainingLog(file, 2); });
    EXPECT_EQ(error.kind(), ErrorKind::data);
    EXPECT_EQ(error.where().line, 2);
    EXPECT_EQ(read_file(file), bytes);
  }
}

TEST(TrainingLog, StepsDoNotGoBack) {
  const TemporaryFolder folder;
  uninterrupted(folder.path() / "m");
  TrainingLog log(folder.path() / "m", 6);
  EXPECT_EQ(fault([&] { log.append(5, {{"loss", 1}}); }).kind(), ErrorKind::internal);
  EXPECT_EQ(fault([&] { log.append(7, {{"step", 7}}); }).kind(), ErrorKind::internal);
  EXPECT_EQ(fault([&] { log.append(7, 3); }).kind(), ErrorKind::internal);
}

TEST(TrainingLog, AFullDiskAndAMissingFolderAreErrors) {
  const TemporaryFolder folder;
  EXPECT_EQ(fault([&] { TrainingLog(folder.path() / "no" / "m"); }).kind(), ErrorKind::io);
  EXPECT_EQ(fault([&] { read_training_log(folder.path() / "m"); }).kind(), ErrorKind::io);
  std::filesystem::create_symlink("/dev/full", folder.path() / "full");
  TrainingLog log(folder.path() / "full");
  const Error error = fault([&] { log.append(1, {{"loss", 1}}); });
  EXPECT_EQ(error.kind(), ErrorKind::io);
  EXPECT_EQ(error.hint(), "free some space on the disk");
}

}  // namespace
}  // namespace inkling
