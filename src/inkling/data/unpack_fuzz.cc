#include "inkling/data/unpack.h"

#include <cstdlib>

#include "inkling/base/error.h"
#include "inkling/base/fuzz_file.h"

namespace {

/// Regular files and folders alone, and of those no more than were allowed.
void check(const std::filesystem::path& folder, const inkling::UnpackLimits& limits) {
  std::uintmax_t bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const auto type = entry.symlink_status().type();
    if (type == std::filesystem::file_type::regular) {
      bytes += entry.file_size();
    } else if (type != std::filesystem::file_type::directory) {
      std::abort();
    }
  }
  if (bytes > static_cast<std::uintmax_t>(limits.max_bytes)) std::abort();
}

}  // namespace

/// Any bytes are an archive that unpacks into its folder, or an Error of kind data that leaves
/// nothing; beside the folder nothing is made.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const inkling::UnpackLimits limits = {.max_bytes = 1 << 16, .max_files = 32};
  const std::filesystem::path archive = inkling::fuzz_file(data, size);
  const std::filesystem::path target = archive.parent_path() / "unpacked";
  std::filesystem::remove_all(target);
  bool made = false;
  try {
    inkling::unpack(archive, target, limits);
    made = true;
    check(target, limits);
  } catch (const inkling::Error& error) {
    if (error.kind() != inkling::ErrorKind::data) std::abort();
  }
  const std::filesystem::directory_iterator beside(archive.parent_path());
  if (std::distance(begin(beside), end(beside)) != (made ? 2 : 1)) std::abort();
  return 0;
}
