// Downloads over http and https that resume, are checked, and never leave half a file at their
// path.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

namespace inkling {

struct DownloadOptions {
  std::string sha256;                              ///< expected sum; empty where none is known
  std::int64_t max_bytes = std::int64_t{4} << 30;  ///< refuse more
  int tries = 6;
  std::chrono::milliseconds pause{500};  ///< before the second try; doubles for each further one
  std::chrono::milliseconds stall{
      30'000};  ///< give a try up when this long brings fewer than min_bytes
  std::int64_t min_bytes = 4096;
};

struct Download {
  std::string sha256;
  std::int64_t bytes = 0;
  bool resumed = false;  ///< some of it came from an earlier try
};

/// Fetches `url` into `target` by way of `target`.part, which is kept when all tries fail, so that
/// the next call goes on from there. It is gone on with only where the server says that its file is
/// the same still (its ETag or date, or failing those its length where a sum is known), and thrown
/// away when the sum is wrong.
/// @throws Error usage for another scheme; io when it cannot be had; data for a wrong sum or too
/// many bytes;
///               Interrupted on Ctrl-C
Download download(const std::string& url, const std::filesystem::path& target,
                  const DownloadOptions& options);

/// @param what  the name for the message
/// @throws Error data, when `expected` is not empty and differs
void check_sha256(const std::string& what, const std::string& expected, const std::string& actual);

}  // namespace inkling
