#include "inkling/base/temporary_folder.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <system_error>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"

namespace inkling {

TemporaryFolder::TemporaryFolder(const std::filesystem::path& prefix) {
  std::string name = prefix.string() + ".XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) {
    throw Error(ErrorKind::io, cat("a folder cannot be made beside it: ", std::strerror(errno)),
                {.file = prefix.string()}, "check the permissions and the space on the disk");
  }
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace inkling
