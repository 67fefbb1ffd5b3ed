#include "inkling/formats/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <limits>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"

namespace inkling {
namespace {

constexpr int kGzipWindow = 15 + 16;
constexpr std::size_t kPiece = 1 << 18;

/// Text packs to a third, very repetitive text to a fiftieth; zlib reaches a thousandth on zeros.
constexpr std::uint64_t kLargestRatio = 250;
constexpr std::uint64_t kAlwaysAllowed = 16 << 20;

uInt piece_of(std::string_view bytes) {
  return static_cast<uInt>(std::min<std::size_t>(bytes.size(), std::numeric_limits<uInt>::max()));
}

Bytef* input(std::string_view bytes) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // zlib does not write to it
}

class Inflater {
 public:
  Inflater(std::string_view bytes, const std::string& file)
      : rest_(bytes),
        file_(file),
        limit_(std::max<std::uint64_t>(kAlwaysAllowed, kLargestRatio * bytes.size())) {
    if (inflateInit2(&stream_, kGzipWindow) != Z_OK)
      throw Error(ErrorKind::internal, "zlib cannot be started");
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  std::string run() {
    do {
      member();
      inflateReset(&stream_);
    } while (is_gzip(rest_));
    if (rest_.find_first_not_of('\0') != std::string_view::npos)
      fail("has other bytes after its gzip content");
    return std::move(out_);
  }

 private:
  [[noreturn]] void fail(const std::string& message) const {
    throw Error(ErrorKind::data, message, {.file = file_},
                "fetch or make the file again, and try it with gzip -t");
  }

  void member() {
    for (int status = Z_OK; status != Z_STREAM_END;) {
      stream_.next_in = input(rest_);
      stream_.avail_in = piece_of(rest_);
      const uInt given = stream_.avail_in;
      stream_.next_out = reinterpret_cast<Bytef*>(piece_.data());
      stream_.avail_out = static_cast<uInt>(piece_.size());
      status = inflate(&stream_, Z_NO_FLUSH);
      rest_.remove_prefix(given - stream_.avail_in);
      out_.append(piece_, 0, piece_.size() - stream_.avail_out);
      if (status == Z_BUF_ERROR) fail("is a gzip file that is cut off");
      if (status != Z_OK && status != Z_STREAM_END) fail("is a damaged gzip file");
      if (out_.size() > limit_) {
        throw Error(ErrorKind::data,
                    cat("unpacks to more than ", kLargestRatio, " times its size: no text does"),
                    {.file = file_}, "unpack it yourself if you trust it");
      }
    }
  }

  std::string_view rest_;
  const std::string& file_;
  std::uint64_t limit_;
  z_stream stream_{};
  std::string piece_ = std::string(kPiece, '\0');
  std::string out_;
};

}  // namespace

bool is_gzip(std::string_view bytes) {
  return bytes.starts_with("\x1f\x8b");
}

std::string gunzip(std::string_view bytes, const std::string& file) {
  return Inflater(bytes, file).run();
}

std::string gzip(std::string_view bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, 8,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    throw Error(ErrorKind::internal, "zlib cannot be started");
  }
  std::string out;
  std::string piece(kPiece, '\0');
  int status = Z_OK;
  do {
    stream.next_in = input(bytes);
    stream.avail_in = piece_of(bytes);
    const uInt given = stream.avail_in;
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    status = deflate(&stream, given == bytes.size() ? Z_FINISH : Z_NO_FLUSH);
    bytes.remove_prefix(given - stream.avail_in);
    out.append(piece, 0, piece.size() - stream.avail_out);
  } while (status == Z_OK || status == Z_BUF_ERROR);
  deflateEnd(&stream);
  if (status != Z_STREAM_END) throw Error(ErrorKind::internal, "zlib cannot pack the text");
  return out;
}

}  // namespace inkling
