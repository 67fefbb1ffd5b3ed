#include "inkling/formats/archive.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <system_error>
#include <vector>

#include "inkling/base/strings.h"
#include "inkling/data/unpack.h"

namespace inkling {
namespace {

constexpr std::size_t kTarHeader = 512;
constexpr std::size_t kTarMagicAt = 257;

/// The first bytes of a file, unpacked where it is a gzip.
std::string head_of(const std::filesystem::path& path) {
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> in(::gzopen(path.c_str(), "rb"), ::gzclose);
  if (in == nullptr) return {};
  std::string head(kTarHeader, '\0');
  const int got = ::gzread(in.get(), head.data(), static_cast<unsigned>(head.size()));
  head.resize(static_cast<std::size_t>(std::max(got, 0)));
  return head;
}

/// The one entry of `folder` that counts; empty where there are none or several.
std::filesystem::path only_entry(const std::filesystem::path& folder) {
  std::filesystem::path only;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with('.') || name == "__MACOSX") continue;
    if (!only.empty()) return {};
    only = entry.path();
  }
  return only;
}

}  // namespace

bool is_archive(const std::filesystem::path& path) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) return false;
  constexpr std::array<std::string_view, 4> kMagic = {"PK\x03\x04", "BZh",
                                                      std::string_view("\xfd"
                                                                       "7zXZ",
                                                                       5),
                                                      "\x28\xb5\x2f\xfd"};
  const std::string head = head_of(path);
  for (const std::string_view magic : kMagic) {
    if (head.starts_with(magic)) return true;
  }
  return head.size() == kTarHeader &&
         std::string_view(head).substr(kTarMagicAt).starts_with("ustar");
}

UnpackedArchive::UnpackedArchive(const std::filesystem::path& archive) : archive_(archive) {
  data_ = folder_.path() / "content";
  unpack(archive, data_);
  while (std::filesystem::is_directory(data_)) {
    const std::filesystem::path only = only_entry(data_);
    if (only.empty()) break;
    data_ = only;
  }
}

std::string UnpackedArchive::shown(const std::string& file) const {
  const std::string content = (folder_.path() / "content").string();
  return file.starts_with(content) ? archive_.string() + file.substr(content.size()) : file;
}

std::string archive_name(const std::filesystem::path& archive) {
  std::filesystem::path name = archive.filename();
  for (const std::string_view packed : {".gz", ".bz2", ".xz", ".zst", ".tar", ".tgz", ".zip"}) {
    if (name.extension() == packed) name = name.stem();
  }
  return name.string();
}

}  // namespace inkling
