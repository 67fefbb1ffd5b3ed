#include "inkling/data/download.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>

#include "inkling/base/error.h"
#include "inkling/base/file.h"
#include "inkling/base/interrupt.h"
#include "inkling/base/sha256.h"
#include "inkling/base/temporary_folder.h"
#include "inkling/data/loopback_server.h"

namespace inkling {
namespace {

using namespace std::chrono_literals;
using Connection = LoopbackServer::Connection;

const std::string kTag = "ETag: \"one\"\r\n";

class DownloadTest : public testing::Test {
 protected:
  DownloadTest() {
    ::setenv("no_proxy", "127.0.0.1", 1);
    for (std::size_t i = 0; i < body_.size(); ++i) body_[i] = static_cast<char>('a' + i * i % 23);
  }

  DownloadOptions options(const std::string& sum) const {
    DownloadOptions options;
    options.sha256 = sum;
    options.pause = 1ms;
    options.stall = 250ms;
    options.tries = 3;
    return options;
  }
  DownloadOptions checked() const { return options(sha256_of(body_)); }
  Download fetch(const LoopbackServer& server, const DownloadOptions& how) const {
    return download(server.url(), target_, how);
  }
  Error fault(const LoopbackServer& server, const DownloadOptions& how) const {
    try {
      fetch(server, how);
    } catch (const Error& error) {
      EXPECT_FALSE(std::filesystem::exists(target_));
      return error;
    }
    ADD_FAILURE() << "no error";
    return {ErrorKind::internal, ""};
  }
  void expect_only_the_file() const {
    EXPECT_EQ(read_file(target_), body_);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_.path()), {}), 1);
  }
  void expect_nothing() const { EXPECT_TRUE(std::filesystem::is_empty(folder_.path())); }

  TemporaryFolder folder_;
  std::filesystem::path target_ = folder_.path() / "file";
  std::string body_ = std::string(200'000, ' ');
};

using DownloadOf = DownloadTest;

TEST_F(DownloadOf, AnHonestServerGivesTheFile) {
  const LoopbackServer server(
      [&](const std::string& head, const Connection& to) { to.send(answer(head, body_)); });
  const Download result = fetch(server, checked());
  EXPECT_EQ(result.sha256, sha256_of(body_));
  EXPECT_EQ(result.bytes, 200'000);
  EXPECT_FALSE(result.resumed);
  expect_only_the_file();
}

TEST_F(DownloadOf, AFileCutOffInTheMiddleGoesOnFromThere) {
  int request = 0;
  const LoopbackServer server([&](const std::string& head, const Connection& to) {
    const std::string whole = answer(head, body_, kTag);
    to.send(request++ == 0 ? whole.substr(0, 120'000) : whole);
  });
  EXPECT_TRUE(fetch(server, options("")).resumed);
  expect_only_the_file();
  ASSERT_EQ(server.requests().size(), 2U);
  EXPECT_GT(first_byte(server.requests()[1]), 100'000U);
  EXPECT_NE(server.requests()[1].find("If-Range: \"one\""), std::string::npos);
}

TEST_F(DownloadOf, AStalledServerIsGivenUpAndTheNextTryGoesOn) {
  int request = 0;
  const LoopbackServer server([&](const std::string& head, const Connection& to) {
    const std::string whole = answer(head, body_, kTag);
    if (request++ > 0) return to.send(whole);
    to.send(whole.substr(0, 120'000));
    to.stall();
  });
  EXPECT_TRUE(fetch(server, checked()).resumed);
  expect_only_the_file();
}

TEST_F(DownloadOf, AServerThatOnlyStallsIsAnErrorThatSaysSo) {
  const LoopbackServer server([&](const std::string&, const Connection& to) { to.stall(); });
  DownloadOptions how = checked();
  how.tries = 2;
  how.stall = 100ms;
  const Error error = fault(server, how);
  EXPECT_EQ(error.kind(), ErrorKind::io);
  EXPECT_NE(error.message().find("stalled"), std::string::npos) << error.what();
  expect_nothing();
}

TEST_F(DownloadOf, ThePartIsKeptForTheNextCall) {
  bool whole_now = false;
  const LoopbackServer server([&](const std::string& head, const Connection& to) {
    const std::string whole = answer(head, body_, kTag);
    to.send(whole_now ? whole : whole.substr(0, 40'000));
  });
  const Error error = fault(server, checked());
  EXPECT_NE(error.hint().find("goes on from byte"), std::string::npos) << error.what();
  const std::size_t before = server.requests().size();
  whole_now = true;
  EXPECT_TRUE(fetch(server, checked()).resumed);
  EXPECT_GT(first_byte(server.requests()[before]), 50'000U);
  expect_only_the_file();
}

TEST_F(DownloadOf, APartOfAnotherFileIsNotGoneOnWith) {
  write_file(folder_.path() / "file.part", body_.substr(0, 1000));
  write_file(folder_.path() / "file.part.json",
             R"({"url": "http://elsewhere/", "total": 200000, "validator": "\"one\""})");
  const LoopbackServer server(
      [&](const std::string& head, const Connection& to) { to.send(answer(head, body_, kTag)); });
  EXPECT_FALSE(fetch(server, checked()).resumed);
  EXPECT_EQ(first_byte(server.requests()[0]), 0U);
  expect_only_the_file();
}

TEST_F(DownloadOf, AnUnreadableNoteOfThePartIsNotTrusted) {
  write_file(folder_.path() / "file.part", "wrong");
  for (const char* note : {"", "{", "[]", R"({"url": 1, "total": "x"})"}) {
    write_file(folder_.path() / "file.part.json", note);
    const LoopbackServer server(
        [&](const std::string& head, const Connection& to) { to.send(answer(head, body_)); });
    fetch(server, options(""));
    expect_only_the_file();
    std::filesystem::remove(target_);
    write_file(folder_.path() / "file.part", "wrong");
  }
}

TEST_F(DownloadOf, WithoutSumOrTagAPartIsThrownAway) {
  int request = 0;
  const LoopbackServer server([&](const std::string& head, const Connection& to) {
    const std::string whole = answer(head, body_);
    to.send(request++ == 0 ? whole.substr(0, 120'000) : whole);
  });
  EXPECT_FALSE(fetch(server, options("")).resumed);
  EXPECT_EQ(first_byte(server.requests()[1]), 0U);
  expect_only_the_file();
}

TEST_F(DownloadOf, AServerThatIgnoresRangeStartsAgain) {
  int request = 0;
  const LoopbackServer server([&](const std::string&, const Connection& to) {
    const std::string whole = answer("", body_, kTag);
    to.send(request++ == 0 ? whole.substr(0, 120'000) : whole);
  });
  EXPECT_FALSE(fetch(server, checked()).resumed);
  expect_only_the_file();
}

TEST_F(DownloadOf, ARangeThatWasNotAskedForIsNotTaken) {
  int request = 0;
  const LoopbackServer server([&](const std::string& head, const Connection& to) {
    const std::string whole = answer(head, body_, kTag);
    ++request;
    if (request == 1) return to.send(whole.substr(0, 120'000));
    if (request == 2) return to.send(answer("Range: bytes=7-", body_, kTag));
    to.send(whole);
  });
  fetch(server, checked());
  expect_only_the_file();
  EXPECT_EQ(first_byte(server.requests()[2]), 0U);
}

TEST_F(DownloadOf, AFileThatChangedBetweenTriesIsFetchedAgain) {
  const std::string old(150'000, 'o');
  int request = 0;
  const LoopbackServer server([&](const std::string& head, const Connection& to) {
    // Both tries say nothing of which file it is: the sum alone tells.
    const std::string source = request == 0 ? old + old.substr(0, 50'000) : body_;
    const std::string whole = answer(head, source);
    to.send(request++ == 0 ? whole.substr(0, 120'000) : whole);
  });
  fetch(server, checked());
  expect_only_the_file();
}

TEST_F(DownloadOf, AWrongBodyLeavesNothing) {
  const LoopbackServer server([&](const std::string& head, const Connection& to) {
    to.send(answer(head, "something else"));
  });
  const Error error = fault(server, checked());
  EXPECT_EQ(error.kind(), ErrorKind::data);
  EXPECT_NE(error.message().find(sha256_of("something else")), std::string::npos);
  expect_nothing();
}

TEST_F(DownloadOf, ALengthThatPromisesMoreIsAnError) {
  const LoopbackServer server([&](const std::string&, const Connection& to) {
    to.send("HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n" + body_);
  });
  EXPECT_EQ(fault(server, options("")).kind(), ErrorKind::io);
}

TEST_F(DownloadOf, ALengthThatPromisesLessGivesAWrongSum) {
  const LoopbackServer server([&](const std::string&, const Connection& to) {
    to.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + body_);
  });
  EXPECT_EQ(fault(server, checked()).kind(), ErrorKind::data);
  expect_nothing();
}

TEST_F(DownloadOf, MoreThanTheLimitIsRefused) {
  DownloadOptions how = checked();
  how.max_bytes = 100'000;
  const LoopbackServer said(
      [&](const std::string& head, const Connection& to) { to.send(answer(head, body_)); });
  EXPECT_EQ(fault(said, how).kind(), ErrorKind::data);
  const LoopbackServer unsaid([&](const std::string&, const Connection& to) {
    to.send("HTTP/1.1 200 OK\r\n\r\n" + body_);
  });
  EXPECT_EQ(fault(unsaid, how).kind(), ErrorKind::data);
  expect_nothing();
}

TEST_F(DownloadOf, AFileThatIsNotThereIsNotAskedForAgain) {
  const LoopbackServer server([&](const std::string&, const Connection& to) {
    to.send("HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnone");
  });
  const Error error = fault(server, checked());
  EXPECT_NE(error.message().find("answered 404"), std::string::npos);
  EXPECT_EQ(server.requests().size(), 1U);
  expect_nothing();
}

TEST_F(DownloadOf, ABusyServerIsAskedAgain) {
  int request = 0;
  const LoopbackServer server([&](const std::string& head, const Connection& to) {
    to.send(request++ == 0 ? "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"
                           : answer(head, body_));
  });
  fetch(server, checked());
  expect_only_the_file();
}

TEST_F(DownloadOf, ARedirectIsFollowedButToHttpAlone) {
  const LoopbackServer server([&](const std::string& head, const Connection& to) {
    if (head.starts_with("GET /file "))
      return to.send("HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Length: 0\r\n\r\n");
    to.send(answer(head, body_));
  });
  fetch(server, checked());
  expect_only_the_file();
  std::filesystem::remove(target_);
  const LoopbackServer local([&](const std::string&, const Connection& to) {
    to.send("HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n");
  });
  EXPECT_EQ(fault(local, checked()).kind(), ErrorKind::io);
  EXPECT_THROW(download("file:///etc/passwd", target_, checked()), Error);
  expect_nothing();
}

TEST_F(DownloadOf, CtrlCStopsAndKeepsThePart) {
  const LoopbackServer server([&](const std::string& head, const Connection& to) {
    to.send(answer(head, body_, kTag).substr(0, 120'000));
    to.stall();
  });
  const auto interrupted = [&] {
    install_signal_handlers();
    std::thread([] {
      std::this_thread::sleep_for(50ms);
      std::raise(SIGINT);
    }).detach();
    try {
      fetch(server, checked());
    } catch (const Interrupted&) {
      std::_Exit(130);
    }
    std::_Exit(0);
  };
  EXPECT_EXIT(interrupted(), testing::ExitedWithCode(130), "");
  EXPECT_FALSE(std::filesystem::exists(target_));
  EXPECT_GT(std::filesystem::file_size(folder_.path() / "file.part"), 50'000U);
}

TEST_F(DownloadOf, ATargetThatCannotBeWrittenIsAnError) {
  const LoopbackServer server(
      [&](const std::string& head, const Connection& to) { to.send(answer(head, body_)); });
  EXPECT_THROW(download(server.url(), folder_.path() / "none" / "file", checked()), Error);
}

}  // namespace
}  // namespace inkling
