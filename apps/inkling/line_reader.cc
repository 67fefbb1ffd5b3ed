#include "line_reader.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "inkling/base/error.h"
#include "inkling/base/interrupt.h"
#include "inkling/base/strings.h"

namespace inkling::cli {
namespace {

constexpr const char* kName = "standard input";
/// How long Ctrl-C may wait while nothing comes.
constexpr int kPatience = 100;

}  // namespace

bool LineReader::readable(int milliseconds) const {
  pollfd entry{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  return ::poll(&entry, 1, milliseconds) > 0;
}

void LineReader::read_some() {
  std::array<char, 1 << 16> piece;
  const ssize_t got = ::read(STDIN_FILENO, piece.data(), piece.size());
  if (got < 0) {
    if (errno == EINTR || errno == EAGAIN) return;
    throw Error(ErrorKind::io, cat("cannot be read: ", std::strerror(errno)), {.file = kName});
  }
  ended_ = got == 0;
  pending_.append(piece.data(), static_cast<std::size_t>(got));
}

void LineReader::take_lines(std::vector<Line>& lines) {
  std::size_t begin = 0;
  const auto take = [&](std::size_t end) {
    std::string text = pending_.substr(begin, end - begin);
    if (text.ends_with('\r')) text.pop_back();
    lines.push_back({++lines_read_, std::move(text)});
  };
  while (static_cast<std::int64_t>(lines.size()) < most_lines_) {
    const std::size_t end = pending_.find('\n', std::max(begin, searched_));
    if (end == std::string::npos) {
      searched_ = pending_.size();
      break;
    }
    take(end);
    begin = end + 1;
    searched_ = begin;
  }
  if (ended_ && begin < pending_.size() && searched_ == pending_.size()) {
    take(pending_.size());
    begin = searched_ = pending_.size();
  }
  pending_.erase(0, begin);
  searched_ -= begin;
  if (static_cast<std::int64_t>(searched_) > longest_) {
    throw Error(ErrorKind::data, cat("the line is longer than ", longest_, " bytes"),
                {.file = kName, .line = lines_read_ + 1}, "--max-record-bytes allows longer ones");
  }
}

std::vector<Line> LineReader::next() {
  std::vector<Line> lines;
  take_lines(lines);
  while (!ended_ && static_cast<std::int64_t>(lines.size()) < most_lines_) {
    check_interrupt();
    if (!readable(lines.empty() ? kPatience : 0)) {
      if (!lines.empty()) break;
      continue;
    }
    read_some();
    take_lines(lines);
  }
  return lines;
}

}  // namespace inkling::cli
