#include "inkling/formats/source.h"

#include "inkling/formats/gzip.h"
#include "inkling/formats/test_help.h"

namespace inkling {
namespace {

using namespace testing_help;
using testing::HasSubstr;

TEST(Source, AMarkAtTheStartIsLeftOut) {
  EXPECT_EQ(text_of("\xef\xbb\xbf"
                    "a\xef\xbb\xbf",
                    "f"),
            "a\xef\xbb\xbf");
}

TEST(Source, TheBytesOfATextReadAsTheText) {
  for (const std::string text : {"", "a",
                                 "\xef\xbb\xbf"
                                 "a",
                                 "\xef\xbb\xbf\xef\xbb\xbf"})
    EXPECT_EQ(text_of(bytes_of(text), "f"), text);
}

TEST(Source, WhatIsNotUtf8IsAnErrorWithItsLine) {
  for (const std::string fault : {"\xff", "\xc3", "\xed\xa0\x80", "\xc0\xaf", "\xf4\x90\x80\x80"}) {
    const Error error = error_of([&] { text_of("ok\n\xc3\xa9\nx" + fault + "\n", "f"); });
    EXPECT_EQ(error.kind(), ErrorKind::data);
    EXPECT_EQ(error.where().file, "f");
    EXPECT_EQ(error.where().line, 3);
    EXPECT_THAT(error.hint(), HasSubstr("iconv"));
  }
}

TEST(Source, ANulByteIsAnErrorWithItsLine) {
  const Error error = error_of([] { text_of(std::string("a\nb\0c\n", 6), "f"); });
  EXPECT_EQ(error.where().line, 2);
  EXPECT_THAT(error.message(), HasSubstr("NUL"));
}

TEST(Gzip, UnpacksWhatItPacks) {
  for (const std::size_t size : {0U, 1U, 1000U, 3'000'000U}) {
    std::string bytes(size, ' ');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>('a' + i * i % 23);
    EXPECT_EQ(gunzip(gzip(bytes), "f"), bytes);
    EXPECT_EQ(text_of(gzip(bytes), "f"), bytes);
  }
}

TEST(Gzip, UnpacksJoinedMembersAndPadding) {
  EXPECT_EQ(gunzip(gzip("ab") + gzip("") + gzip("c") + std::string(512, '\0'), "f"), "abc");
}

TEST(Gzip, DamageIsAnError) {
  const std::string whole = gzip(std::string(5000, 'x') + "end");
  for (std::size_t size = 2; size < whole.size(); ++size)
    EXPECT_EQ(error_of([&] { gunzip(whole.substr(0, size), "f"); }).kind(), ErrorKind::data)
        << size;
  std::string altered = whole;
  altered[whole.size() - 6] = static_cast<char>(altered[whole.size() - 6] ^ 1);
  EXPECT_THAT(error_of([&] { gunzip(altered, "f"); }).message(), HasSubstr("damaged"));
  EXPECT_THAT(error_of([&] { gunzip(whole + "x", "f"); }).message(), HasSubstr("other bytes"));
}

TEST(Gzip, ABombIsStopped) {
  const std::string bomb = gzip(std::string(64 << 20, 'x'));
  EXPECT_THAT(error_of([&] { gunzip(bomb, "f"); }).message(), HasSubstr("no text does"));
}

}  // namespace
}  // namespace inkling
