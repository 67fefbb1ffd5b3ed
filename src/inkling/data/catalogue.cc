#include "inkling/data/catalogue.h"

#include <algorithm>
#include <cstdlib>
#include <system_error>

#include "inkling/base/error.h"
#include "inkling/base/file.h"
#include "inkling/base/strings.h"

namespace inkling {
namespace {

constexpr std::size_t kSha256Digits = 64;
constexpr std::uint64_t kMaxRecordBytes = 4096;

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool is_there(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

const CatalogueEntry* find_entry(std::string_view name) {
  for (const CatalogueEntry& entry : catalogue()) {
    if (entry.name == name) return &entry;
  }
  return nullptr;
}

std::vector<std::string> entry_names() {
  std::vector<std::string> names;
  for (const CatalogueEntry& entry : catalogue()) names.push_back(entry.name);
  return names;
}

const CatalogueSplit& split_named(const CatalogueEntry& entry, std::string_view name) {
  std::vector<std::string> names;
  for (const CatalogueSplit& split : entry.splits) {
    if (split.name == name) return split;
    names.push_back(split.name);
  }
  if (name.empty() && names.size() == 1) return entry.splits.front();
  if (name.empty()) {
    throw Error(ErrorKind::usage, cat(entry.name, " has several splits"), {},
                cat("say which: ", entry.name, ":", join(names, cat(" or ", entry.name, ":"))));
  }
  throw Error(ErrorKind::usage, cat(entry.name, " has no split '", name, "'"), {},
              known_names_hint(name, names));
}

/// Where `place` is below `base`, or "" where it is not there.
std::filesystem::path located(const std::filesystem::path& base, const Place& place) {
  if (base.empty() || place.path.empty()) return {};
  const std::filesystem::path path = base / place.path;
  return is_there(path) ? path : std::filesystem::path{};
}

std::map<std::string, std::string> parse_options(std::string_view text) {
  std::map<std::string, std::string> options;
  if (text.empty()) return options;
  for (const std::string_view option : split(text, ' ')) {
    const std::size_t equals = option.find('=');
    options.emplace(option.substr(0, equals), option.substr(equals + 1));
  }
  return options;
}

[[noreturn]] void fail_absent(const CatalogueEntry& entry, const CatalogueSplit& split,
                              const CatalogueFolders& folders) {
  std::string message = cat(entry.name, " is not on this machine");
  if (!folders.provided.empty() && !split.provided.path.empty()) {
    message +=
        cat(": neither in the cache nor at ", (folders.provided / split.provided.path).string());
  }
  const std::string hint = entry.fetch == Fetch::given
                               ? cat("put it at ", split.provided.path,
                                     " in a folder and set INKLING_DATA to that folder")
                               : cat("inkling data get ", entry.name);
  throw Error(ErrorKind::io, message, {.file = (folders.cache / entry.name).string()}, hint);
}

Resolved resolve_split(const CatalogueEntry& entry, const CatalogueSplit& split,
                       const CatalogueFolders& folders) {
  if (const auto path = located(folders.cache / entry.name, split.cached); !path.empty()) {
    return {path, parse_options(split.cached.options)};
  }
  if (const auto path = located(folders.provided, split.provided); !path.empty()) {
    return {path, parse_options(split.provided.options)};
  }
  fail_absent(entry, split, folders);
}

bool looks_like_a_path(std::string_view name) {
  return name.find('/') != std::string_view::npos || name.find('.') != std::string_view::npos;
}

}  // namespace

const CatalogueEntry& catalogue_entry(std::string_view name) {
  if (const CatalogueEntry* entry = find_entry(name)) return *entry;
  throw Error(ErrorKind::usage, cat("the catalogue has no '", name, "'"), {},
              known_names_hint(name, entry_names()));
}

CatalogueFolders catalogue_folders() {
  CatalogueFolders folders;
  const std::string cache = environment("INKLING_CACHE");
  const std::string caches = environment("XDG_CACHE_HOME");
  const std::string home = environment("HOME");
  if (!cache.empty()) {
    folders.cache = cache;
  } else if (caches.starts_with('/')) {
    folders.cache = std::filesystem::path(caches) / "inkling";
  } else if (!home.empty()) {
    folders.cache = std::filesystem::path(home) / ".cache" / "inkling";
  } else {
    throw Error(ErrorKind::io, "there is no place for the cache: HOME is not set", {},
                "set INKLING_CACHE to a folder");
  }
  const std::string provided = environment("INKLING_DATA");
  if (!provided.empty()) {
    folders.provided = provided;
  } else if (is_there("../shared/data")) {
    folders.provided = "../shared/data";
  }
  return folders;
}

Resolved resolve(std::string_view name, const CatalogueFolders& folders) {
  const std::size_t colon = name.find(':');
  const std::string_view entry_name = name.substr(0, colon);
  if (const CatalogueEntry* entry = find_entry(entry_name)) {
    const std::string_view split = colon == std::string_view::npos ? "" : name.substr(colon + 1);
    return resolve_split(*entry, split_named(*entry, split), folders);
  }
  if (name == "-" || is_there(name)) return {name, {}};
  if (looks_like_a_path(name)) {
    throw Error(ErrorKind::io, "is not there", {.file = std::string(name)}, "check the path");
  }
  throw Error(ErrorKind::usage,
              cat("'", entry_name, "' is neither a file nor a name of the catalogue"), {},
              known_names_hint(entry_name, entry_names()));
}

Resolved resolve(std::string_view name) {
  return resolve(name, catalogue_folders());
}

std::filesystem::path sha256_record(const CatalogueEntry& entry, const CatalogueFolders& folders) {
  return folders.cache / (entry.name + ".sha256");
}

std::string recorded_sha256(const CatalogueEntry& entry, const CatalogueFolders& folders) {
  const std::filesystem::path path = sha256_record(entry, folders);
  if (!is_there(path)) return {};
  const std::string text = read_file(path, kMaxRecordBytes).substr(0, kSha256Digits);
  if (text.size() < kSha256Digits ||
      text.find_first_not_of("0123456789abcdef") != std::string::npos) {
    throw Error(ErrorKind::data, "is not the record of a sum", {.file = path.string(), .line = 1},
                "remove it");
  }
  return text;
}

std::vector<ListedEntry> list_catalogue(const CatalogueFolders& folders) {
  std::vector<ListedEntry> listed;
  for (const CatalogueEntry& entry : catalogue()) {
    ListedEntry line{.entry = &entry, .path = {}, .sha256 = entry.sha256};
    if (line.sha256.empty()) {
      line.sha256 = recorded_sha256(entry, folders);
      line.sha256_recorded = !line.sha256.empty();
    }
    const CatalogueSplit& first = entry.splits.front();
    if (!located(folders.cache / entry.name, first.cached).empty()) {
      line.path = folders.cache / entry.name;
    } else {
      line.path = located(folders.provided, first.provided);
    }
    listed.push_back(std::move(line));
  }
  return listed;
}

}  // namespace inkling
