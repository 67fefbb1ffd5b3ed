#include "inkling/base/file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"

namespace inkling {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path, std::string_view what) {
  const int reason = errno;
  std::string hint;
  if (reason == ENOENT) hint = "check the path";
  if (reason == EACCES) hint = "check the permissions";
  if (reason == ENOSPC) hint = "free some space on the disk";
  throw Error(ErrorKind::io, cat(what, ": ", std::strerror(reason)), {.file = path.string()}, hint);
}

int open_for_reading(const std::filesystem::path& path, struct stat& status) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) fail(path, "cannot be opened");
  if (::fstat(descriptor, &status) != 0) {
    ::close(descriptor);
    fail(path, "cannot be examined");
  }
  if (S_ISDIR(status.st_mode)) {
    ::close(descriptor);
    throw Error(ErrorKind::io, "is a folder, not a file", {.file = path.string()});
  }
  return descriptor;
}

}  // namespace

std::string read_file(const std::filesystem::path& path, std::uint64_t limit) {
  struct stat status{};
  const int descriptor = open_for_reading(path, status);
  std::string bytes;
  bytes.reserve(static_cast<std::size_t>(std::max<off_t>(status.st_size, 0)));
  std::string piece(1 << 16, '\0');
  for (;;) {
    const ssize_t got = ::read(descriptor, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      ::close(descriptor);
      fail(path, "cannot be read");
    }
    if (got == 0) break;
    bytes.append(piece, 0, static_cast<std::size_t>(got));
    if (bytes.size() > limit) {
      ::close(descriptor);
      throw Error(ErrorKind::io, cat("is larger than ", limit, " bytes"), {.file = path.string()});
    }
  }
  ::close(descriptor);
  return bytes;
}

void sync_folder(const std::filesystem::path& folder) {
  const std::filesystem::path target = folder.empty() ? "." : folder;
  const int descriptor = ::open(target.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) fail(target, "cannot be opened");
  ::fsync(descriptor);
  ::close(descriptor);
}

void publish_file(const std::filesystem::path& from, const std::filesystem::path& to) {
  const int descriptor = ::open(from.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) fail(from, "cannot be opened");
  const bool synced = ::fsync(descriptor) == 0;
  ::close(descriptor);
  if (!synced) fail(from, "cannot be written");
  if (::rename(from.c_str(), to.c_str()) != 0) fail(to, "cannot be replaced");
  sync_folder(to.parent_path());
}

void publish_folder(const std::filesystem::path& from, const std::filesystem::path& to) {
  const int descriptor = ::open(from.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) fail(from, "cannot be opened");
  const bool synced = ::syncfs(descriptor) == 0;  // one call, where a file has thousands beside it
  ::close(descriptor);
  if (!synced) fail(from, "cannot be written");
  if (::rename(from.c_str(), to.c_str()) != 0) fail(to, "cannot be made");
  sync_folder(to.parent_path());
}

AtomicFile::AtomicFile(std::filesystem::path path) : path_(std::move(path)) {
  static std::atomic<int> serial = 0;
  temporary_ = path_;
  temporary_ += cat(".", ::getpid(), ".", serial++, ".tmp");
  descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor_ < 0) fail(path_, "cannot be written");
}

AtomicFile::~AtomicFile() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  ::unlink(temporary_.c_str());
}

void AtomicFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(descriptor_, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) fail(path_, "cannot be written");
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
}

void AtomicFile::commit() {
  if (::fsync(descriptor_) != 0) fail(path_, "cannot be written");
  if (::rename(temporary_.c_str(), path_.c_str()) != 0) fail(path_, "cannot be replaced");
  ::close(std::exchange(descriptor_, -1));
  sync_folder(path_.parent_path());
}

void write_file(const std::filesystem::path& path, std::string_view bytes) {
  AtomicFile file(path);
  file.write(bytes);
  file.commit();
}

MappedFile::MappedFile(const std::filesystem::path& path) {
  struct stat status{};
  const int descriptor = open_for_reading(path, status);
  size_ = static_cast<std::size_t>(status.st_size);
  if (size_ > 0) {
    data_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, descriptor, 0);
    if (data_ == MAP_FAILED) {
      data_ = nullptr;
      ::close(descriptor);
      fail(path, "cannot be mapped");
    }
  }
  ::close(descriptor);
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(data_, size_);
}

}  // namespace inkling
