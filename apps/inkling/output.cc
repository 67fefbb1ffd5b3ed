#include "output.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"

namespace inkling::cli {

Output& Output::operator<<(std::string_view text) {
  constexpr std::size_t kPiece = 1 << 16;
  waiting_ += text;
  if (waiting_.size() >= kPiece) flush();
  return *this;
}

void Output::flush() {
  std::string_view left = waiting_;
  while (!left.empty()) {
    const ssize_t put = ::write(STDOUT_FILENO, left.data(), left.size());
    if (put >= 0) {
      left.remove_prefix(static_cast<std::size_t>(put));
      continue;
    }
    const int reason = errno;
    if (reason == EINTR) continue;
    waiting_.clear();
    if (reason == EPIPE) throw ClosedPipe();
    throw Error(ErrorKind::io, cat("cannot be written: ", std::strerror(reason)),
                {.file = "standard output"}, reason == ENOSPC ? "free some space on the disk" : "");
  }
  waiting_.clear();
}

}  // namespace inkling::cli
