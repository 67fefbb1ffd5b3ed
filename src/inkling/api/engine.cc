#include "inkling/api/engine.h"

#include <dlfcn.h>

#include <cstdlib>
#include <string>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"

namespace inkling {
namespace {

constexpr const char* kLibrary = "libinkling_engine.so";
constexpr const char* kSymbol = "inkling_engine_instance";

/// INKLING_ENGINE, or the engine beside the library that holds this function.
std::filesystem::path engine_path() {
  if (const char* given = std::getenv("INKLING_ENGINE"); given != nullptr && *given != '\0') {
    return given;
  }
  Dl_info own{};
  if (::dladdr(reinterpret_cast<const void*>(&engine), &own) == 0 || own.dli_fname == nullptr) {
    throw Error(ErrorKind::internal, "the place of libinkling is unknown");
  }
  return std::filesystem::absolute(own.dli_fname).parent_path() / kLibrary;
}

const Engine* load() {
  const std::filesystem::path path = engine_path();
  if (!std::filesystem::exists(path)) {
    throw Error(ErrorKind::io, "the engine is missing", {.file = path.string()},
                "build it with ./setup, or set INKLING_ENGINE to its path");
  }
  void* library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    throw Error(ErrorKind::io, cat("the engine cannot be loaded: ", ::dlerror()),
                {.file = path.string()},
                "libtorch must be where it was at build time; ./setup puts it there");
  }
  const auto instance =
      reinterpret_cast<decltype(&inkling_engine_instance)>(::dlsym(library, kSymbol));
  if (instance == nullptr) {
    throw Error(ErrorKind::io, cat("is no engine of inkling: has no ", kSymbol),
                {.file = path.string()}, "rebuild it together with this library");
  }
  return instance();
}

}  // namespace

const Engine& engine() {
  static const Engine* const loaded = load();
  return *loaded;
}

}  // namespace inkling
