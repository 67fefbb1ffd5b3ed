#include "inkling/base/sha256.h"

#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <memory>

#include "inkling/base/error.h"
#include "inkling/base/file.h"
#include "inkling/base/interrupt.h"

namespace inkling {
namespace {

constexpr std::size_t kPiece = 1 << 20;

[[noreturn]] void fail() {
  throw Error(ErrorKind::internal, "libcrypto cannot compute a SHA-256 sum");
}

class Sum {
 public:
  Sum() {
    if (!context_ || EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) != 1) fail();
  }
  void add(std::string_view bytes) {
    if (EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) != 1) fail();
  }
  std::string hex() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    if (EVP_DigestFinal_ex(context_.get(), digest.data(), &size) != 1) fail();
    std::string made;
    for (unsigned int i = 0; i < size; ++i) {
      made += "0123456789abcdef"[digest[i] >> 4];
      made += "0123456789abcdef"[digest[i] & 15];
    }
    return made;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_{EVP_MD_CTX_new(),
                                                                   EVP_MD_CTX_free};
};

}  // namespace

std::string sha256_of(std::string_view bytes) {
  Sum sum;
  sum.add(bytes);
  return sum.hex();
}

std::string sha256_of_file(const std::filesystem::path& path) {
  // Read, not mapped: the file may be larger than the memory that is to be seen in use.
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path)) return sha256_of(MappedFile(path).bytes());
  Sum sum;
  std::string piece(kPiece, '\0');
  while (file) {
    check_interrupt();
    file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    sum.add(std::string_view(piece).substr(0, static_cast<std::size_t>(file.gcount())));
  }
  if (file.bad()) throw Error(ErrorKind::io, "cannot be read", {path.string()}, "check the disk");
  return sum.hex();
}

}  // namespace inkling
