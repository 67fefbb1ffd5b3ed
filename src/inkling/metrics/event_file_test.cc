#include "inkling/metrics/event_file.h"

#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "inkling/base/error.h"
#include "inkling/base/file.h"
#include "inkling/base/temporary_folder.h"

namespace inkling {
namespace {

/// Nine events, of which each is as long as the others.
void write(EventFile& events, std::int64_t from, std::int64_t to) {
  for (std::int64_t step = from; step <= to; ++step) {
    const std::vector<Scalar> scalars = {{"loss", 1.0 / static_cast<double>(step)}, {"rate", .5}};
    events.append(step, scalars);
  }
}

/// Without the times, which differ.
std::vector<std::string> records(const std::filesystem::path& file) {
  const std::string all = read_file(file);
  std::vector<std::string> found;
  for (std::size_t at = 0; at < all.size();) {
    std::uint64_t length = 0;
    std::memcpy(&length, all.data() + at, sizeof(length));
    constexpr std::size_t kHead = 12;
    constexpr std::size_t kTime = 9;
    found.push_back(all.substr(at + kHead + kTime, length - kTime));
    at += kHead + length + 4;
  }
  return found;
}

TEST(EventFile, ChecksumsAreCastagnolis) {
  EXPECT_EQ(crc32c("123456789"), 0xe3069283U);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aaU) << "RFC 3720, B.4";
  EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62a8ab43U);
}

TEST(EventFile, AnEventIsAMessageOfStepAndScalars) {
  const TemporaryFolder folder;
  EventFile events(folder.path() / "e");
  const std::vector<Scalar> scalars = {{"loss", 0.5}};
  events.append(300, scalars);
  const auto found = records(folder.path() / "e");
  ASSERT_EQ(found.size(), 2U);
  using namespace std::string_literals;
  EXPECT_EQ(found[0], "\x10\0\x1a\x0d"s + "brain.Event:2");
  EXPECT_EQ(found[1], "\x10\xac\x02\x2a\x0d\x0a\x0b\x0a\x04loss\x15\0\0\0\x3f"s);
}

TEST(EventFile, GoesOnAfterAnyKillWithEachStepOnce) {
  const TemporaryFolder folder;
  const auto whole = folder.path() / "whole";
  {
    EventFile events(whole);
    write(events, 1, 6);
  }
  const std::string all = read_file(whole);
  const auto expected = records(whole);
  for (std::size_t size = 0; size <= all.size(); ++size) {
    const auto cut = folder.path() / "cut";
    std::ofstream(cut, std::ios::binary) << all.substr(0, size);
    // The state that is gone on from is of a step whose events are all there.
    const std::int64_t steps = std::max<std::int64_t>(
        0, static_cast<std::int64_t>(size / (all.size() / expected.size())) - 2);
    EventFile events(cut, steps);
    write(events, steps + 1, 6);
    ASSERT_EQ(records(cut), expected) << size;
  }
}

TEST(EventFile, GoesOnAfterAWriteThatLeftZeros) {
  const TemporaryFolder folder;
  const auto whole = folder.path() / "whole";
  {
    EventFile events(whole);
    write(events, 1, 3);
  }
  const std::string all = read_file(whole);
  const auto expected = records(whole);
  const std::size_t each = (all.size() - 16 - expected[0].size() - 9) / 3;
  // The third event is torn anywhere, and the file is as long as it was to be, or longer.
  for (std::size_t cut = all.size() - each; cut < all.size(); ++cut) {
    for (const std::size_t more : {0, 1, 5, 100}) {
      const auto file = folder.path() / "torn";
      const std::string zeros(all.size() - cut + more, '\0');
      std::ofstream(file, std::ios::binary) << all.substr(0, cut) << zeros;
      EventFile events(file, 2);
      write(events, 3, 3);
      ASSERT_EQ(records(file), expected) << cut << " " << more;
    }
  }
  // One that was damaged in another way is refused.
  std::string bytes = all;
  bytes[all.size() - 2 * each + 20] ^= 1;
  const auto file = folder.path() / "damaged";
  std::ofstream(file, std::ios::binary) << bytes;
  EXPECT_THROW(EventFile(file, 2), Error);
}

TEST(EventFile, BeginsAnewUnlessItGoesOn) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "e";
  EventFile(file).append(1, std::vector<Scalar>{{"a", 1}});
  EventFile(file).append(2, std::vector<Scalar>{{"a", 1}});
  EXPECT_EQ(records(file).size(), 2U);
}

TEST(EventFile, RefusesToGoOnWithSomethingElse) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "e";
  std::ofstream(file) << "no events, but a line of text";
  try {
    EventFile(file, 1);
    FAIL() << "no Error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::data);
  }
  EXPECT_EQ(read_file(file), "no events, but a line of text");
}

}  // namespace
}  // namespace inkling
