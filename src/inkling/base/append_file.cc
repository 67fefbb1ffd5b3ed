#include "inkling/base/append_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"

namespace inkling {
namespace {

[[noreturn]] void fail(const std::filesystem::path& file) {
  const int reason = errno;
  throw Error(ErrorKind::io, cat("cannot be written: ", std::strerror(reason)),
              {.file = file.string()}, reason == ENOSPC ? "free some space on the disk" : "");
}

}  // namespace

AppendFile::AppendFile(std::filesystem::path file, std::uint64_t kept) : file_(std::move(file)) {
  descriptor_ = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (descriptor_ < 0) fail(file_);
  struct stat status{};
  const auto size = static_cast<off_t>(kept);
  if (::fstat(descriptor_, &status) == 0 &&
      (status.st_size == size || ::ftruncate(descriptor_, size) == 0)) {
    return;
  }
  const int reason = errno;
  ::close(descriptor_);
  errno = reason;
  fail(file_);
}

AppendFile::~AppendFile() {
  ::close(descriptor_);
}

void AppendFile::append(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(descriptor_, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) fail(file_);
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
}

void AppendFile::sync() {
  if (::fsync(descriptor_) != 0) fail(file_);
}

}  // namespace inkling
