// Brings an entry of the catalogue into the cache.
#pragma once

#include <filesystem>
#include <string>

#include "inkling/data/catalogue.h"
#include "inkling/data/download.h"

namespace inkling {

struct GetResult {
  std::string name;
  std::filesystem::path path;  ///< the entry's folder in the cache
  std::string sha256;  ///< of the archive; empty where it was there already and no sum is recorded
  bool sha256_known =
      false;  ///< the catalogue's own sum was checked; else the first copy's is recorded
  bool already_there = false;  ///< nothing was done
};

/// Fetches the entry, or takes the copy `from` (the same archive), checks its sum, unpacks it, and
/// makes it appear in the cache in one step. An entry that is in the cache is left alone unless
/// `from` is given.
/// @throws Error usage for an unknown or a given entry; io or data when it cannot be had, with
/// nothing changed;
///               Interrupted
GetResult get(const std::string& name, const std::filesystem::path& from,
              const CatalogueFolders& folders);

/// The same for any entry.
GetResult get(const CatalogueEntry& entry, const std::filesystem::path& from,
              const CatalogueFolders& folders, const DownloadOptions& options = {});

}  // namespace inkling
