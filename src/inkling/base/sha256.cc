#include "inkling/base/sha256.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <memory>

#include "inkling/base/error.h"
#include "inkling/base/file.h"
#include "inkling/base/interrupt.h"

namespace inkling {
namespace {

constexpr std::size_t kPiece = 8 << 20;

[[noreturn]] void fail() {
  throw Error(ErrorKind::internal, "libcrypto cannot compute a SHA-256 sum");
}

std::string sum(std::string_view bytes, bool interruptible) {
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        EVP_MD_CTX_free);
  if (!context || EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) != 1) fail();
  while (!bytes.empty()) {
    if (interruptible) check_interrupt();
    const std::size_t size = std::min(bytes.size(), kPiece);
    if (EVP_DigestUpdate(context.get(), bytes.data(), size) != 1) fail();
    bytes.remove_prefix(size);
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (EVP_DigestFinal_ex(context.get(), digest.data(), &size) != 1) fail();
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) {
    hex += "0123456789abcdef"[digest[i] >> 4];
    hex += "0123456789abcdef"[digest[i] & 15];
  }
  return hex;
}

}  // namespace

std::string sha256_of(std::string_view bytes) {
  return sum(bytes, false);
}

std::string sha256_of_file(const std::filesystem::path& path) {
  return sum(MappedFile(path).bytes(), true);
}

}  // namespace inkling
