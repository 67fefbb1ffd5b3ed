#include "inkling/formats/source.h"

#include <poll.h>
#include <simdjson.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "inkling/base/error.h"
#include "inkling/base/file.h"
#include "inkling/base/interrupt.h"
#include "inkling/base/strings.h"
#include "inkling/formats/gzip.h"

namespace inkling {
namespace {

constexpr std::string_view kMark = "\xef\xbb\xbf";
constexpr std::size_t kLargestInput = std::size_t{1} << 34;

bool is_tar(std::string_view bytes) {
  constexpr std::size_t kMagicAt = 257;
  return bytes.size() > kMagicAt && bytes.substr(kMagicAt).starts_with("ustar");
}

bool is_utf8(std::string_view bytes) {
  return simdjson::validate_utf8(bytes.data(), bytes.size());
}

/// Throws the error of the first line that is not UTF-8. A fault never spans lines, as \n is no
/// part of a longer character.
[[noreturn]] void fail_utf8(std::string_view text, const std::string& file) {
  std::int64_t number = 0;
  for (const std::string_view line : split(text, '\n')) {
    ++number;
    if (!is_utf8(line)) break;
  }
  throw Error(ErrorKind::data, "the line is not UTF-8", {.file = file, .line = number},
              "convert the file, for instance with iconv -f LATIN1 -t UTF-8");
}

/// Returns where there is something to read, or the end.
/// @throws Interrupted
void wait_for_standard_input() {
  constexpr int kPatience = 100;  // milliseconds that Ctrl-C may wait while nothing comes
  pollfd entry{.fd = STDIN_FILENO, .events = POLLIN, .revents = 0};
  do {
    check_interrupt();
  } while (::poll(&entry, 1, kPatience) <= 0);
}

std::string read_standard_input() {
  std::string bytes;
  std::string piece(1 << 16, '\0');
  for (;;) {
    wait_for_standard_input();
    const ssize_t got = ::read(STDIN_FILENO, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      throw Error(ErrorKind::io, cat("cannot be read: ", std::strerror(errno)),
                  {.file = "standard input"});
    }
    if (got == 0) return bytes;
    bytes.append(piece, 0, static_cast<std::size_t>(got));
    if (bytes.size() > kLargestInput) {
      throw Error(ErrorKind::io, cat("is larger than ", kLargestInput, " bytes"),
                  {.file = "standard input"});
    }
  }
}

}  // namespace

bool is_text(std::string_view bytes) {
  return is_utf8(bytes) && bytes.find('\0') == std::string_view::npos;
}

std::string name_of(const std::filesystem::path& path) {
  return path == "-" ? "standard input" : path.string();
}

std::string plain_name(const std::filesystem::path& path) {
  std::string name = path.filename().string();
  if (name.ends_with(".gz")) name.resize(name.size() - 3);
  return name;
}

std::vector<std::filesystem::path> files_in(
    const std::filesystem::path& folder,
    const std::function<bool(const std::filesystem::path&)>& wanted) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const bool hidden = entry.path().filename().string().starts_with('.');
    if (!hidden && entry.is_regular_file() && wanted(entry.path())) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end(),
            [](const auto& a, const auto& b) { return plain_name(a) < plain_name(b); });
  return files;
}

bool holds_file(const std::filesystem::path& folder,
                const std::function<bool(const std::string&)>& is_named) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored)) return false;
  return !files_in(folder, [&](const auto& file) { return is_named(plain_name(file)); }).empty();
}

std::string text_of(std::string bytes, const std::string& file) {
  if (is_gzip(bytes)) bytes = gunzip(bytes, file);
  if (const std::size_t nul = bytes.find('\0'); nul != std::string::npos) {
    if (is_tar(bytes)) {
      throw Error(ErrorKind::data, "is a tar archive", {.file = file},
                  "unpack it with tar -xf, then name the file or folder in it");
    }
    const auto end = bytes.begin() + static_cast<std::ptrdiff_t>(nul);
    throw Error(ErrorKind::data, "the line holds a NUL byte",
                {.file = file, .line = std::count(bytes.begin(), end, '\n') + 1},
                "the file is no text, or UTF-16: convert it to UTF-8");
  }
  if (!is_utf8(bytes)) fail_utf8(bytes, file);
  if (bytes.starts_with(kMark)) bytes.erase(0, kMark.size());
  return bytes;
}

std::string load_text(const std::filesystem::path& path) {
  return text_of(path == "-" ? read_standard_input() : read_file(path), name_of(path));
}

std::string bytes_of(std::string text) {
  if (text.starts_with(kMark)) text.insert(0, kMark);
  return text;
}

}  // namespace inkling
