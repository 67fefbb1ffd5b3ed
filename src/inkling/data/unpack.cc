#include "inkling/data/unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "inkling/base/error.h"
#include "inkling/base/file.h"
#include "inkling/base/interrupt.h"
#include "inkling/base/strings.h"
#include "inkling/base/temporary_folder.h"

namespace inkling {
namespace {

constexpr std::size_t kPiece = 1 << 18;
constexpr std::size_t kLongestPath = 4096;

class Unpacker {
 public:
  Unpacker(const std::filesystem::path& archive, std::filesystem::path folder,
           const UnpackLimits& limits)
      : path_(archive),
        folder_(std::move(folder)),
        limits_(limits),
        archive_(::archive_read_new(), ::archive_read_free) {
    for (const auto enable :
         {::archive_read_support_filter_gzip, ::archive_read_support_filter_bzip2,
          ::archive_read_support_filter_xz, ::archive_read_support_filter_zstd,
          ::archive_read_support_format_tar, ::archive_read_support_format_zip}) {
      enable(archive_.get());
    }
    check(::archive_read_open_filename(archive_.get(), archive.c_str(), kPiece));
  }

  void run() {
    archive_entry* entry = nullptr;
    for (;;) {
      check_interrupt();
      const int status = ::archive_read_next_header(archive_.get(), &entry);
      if (status == ARCHIVE_EOF) break;
      check(status);
      if (++files_ > limits_.max_files) {
        fail("", cat("holds more than ", limits_.max_files, " files"));
      }
      take(entry);
    }
    if (files_ == 0) fail("", "holds no files");
  }

 private:
  [[noreturn]] void fail(const std::string& member, const std::string& message) const {
    throw Error(ErrorKind::data, message, {.file = path_.string(), .field = member},
                "nothing of it was used");
  }

  void check(int status) const {
    if (status == ARCHIVE_OK || status == ARCHIVE_WARN) return;
    const char* reason = ::archive_error_string(archive_.get());
    fail("", cat("is damaged or no archive: ", reason == nullptr ? "unknown fault" : reason));
  }

  /// The member's path below the folder.
  std::filesystem::path safe_path(archive_entry* entry) const {
    const char* name = ::archive_entry_pathname(entry);
    if (name == nullptr) name = ::archive_entry_pathname_utf8(entry);
    if (name == nullptr) fail("", "a member has no readable name");
    const std::string text = name;
    if (text.empty() || text.size() > kLongestPath || text.front() == '/' ||
        text.find('\\') != std::string::npos) {
      fail(text, "a member's path is not a plain relative one");
    }
    for (const std::string_view part : split(text, '/')) {
      if (part == "..") fail(text, "a member's path leaves the folder");
    }
    return (folder_ / text).lexically_normal();
  }

  void make_folder(const std::filesystem::path& folder, const std::string& member) const {
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    if (failed == std::errc::not_a_directory || failed == std::errc::file_exists) {
      fail(member, "a member is both a file and a folder");
    }
    if (failed)
      throw Error(ErrorKind::io, cat("cannot be made: ", failed.message()),
                  {.file = folder.string()});
  }

  void take(archive_entry* entry) {
    const std::filesystem::path path = safe_path(entry);
    const std::string member = path.lexically_relative(folder_).string();
    if (::archive_entry_hardlink(entry) != nullptr || ::archive_entry_filetype(entry) == AE_IFLNK) {
      fail(member, "a member is a link");
    }
    if (::archive_entry_filetype(entry) == AE_IFDIR) return make_folder(path, member);
    if (::archive_entry_filetype(entry) != AE_IFREG) fail(member, "a member is no file or folder");
    make_folder(path.parent_path(), member);
    write(path, member);
  }

  void write(const std::filesystem::path& path, const std::string& member) {
    const int file =
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (file < 0 && (errno == EEXIST || errno == EISDIR)) fail(member, "a member is there twice");
    if (file < 0) fail_on_disk(path);
    const std::unique_ptr<const int, void (*)(const int*)> closer(
        &file, [](const int* open) { ::close(*open); });
    std::vector<char> piece(kPiece);
    for (;;) {
      check_interrupt();
      const la_ssize_t got = ::archive_read_data(archive_.get(), piece.data(), piece.size());
      if (got < 0) check(static_cast<int>(got));
      if (got <= 0) return;
      bytes_ += got;
      if (bytes_ > limits_.max_bytes)
        fail(member, cat("unpacks to more than ", limits_.max_bytes, " bytes"));
      for (std::string_view left(piece.data(), static_cast<std::size_t>(got)); !left.empty();) {
        const ssize_t put = ::write(file, left.data(), left.size());
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) fail_on_disk(path);
        left.remove_prefix(static_cast<std::size_t>(put));
      }
    }
  }

  [[noreturn]] static void fail_on_disk(const std::filesystem::path& path) {
    throw Error(ErrorKind::io, cat("cannot be written: ", std::strerror(errno)),
                {.file = path.string()},
                errno == ENOSPC ? "free some space on the disk" : "check the permissions");
  }

  const std::filesystem::path& path_;
  std::filesystem::path folder_;
  UnpackLimits limits_;
  std::unique_ptr<archive, int (*)(archive*)> archive_;
  std::int64_t files_ = 0;
  std::int64_t bytes_ = 0;
};

}  // namespace

void unpack(const std::filesystem::path& archive, const std::filesystem::path& target,
            const UnpackLimits& limits) {
  const MappedFile readable(archive);  // says what is wrong with a path better than libarchive does
  if (std::filesystem::exists(target)) {
    throw Error(ErrorKind::io, "is there already", {.file = target.string()}, "remove it first");
  }
  const TemporaryFolder temporary(target);
  const std::filesystem::path content = temporary.path() / "content";
  std::filesystem::create_directory(content);
  Unpacker(archive, content, limits).run();
  publish_folder(content, target);
}

}  // namespace inkling
