// One http request whose body goes to a file: the mechanism below data/download.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "inkling/data/download.h"

namespace inkling {

/// What is on disk of a file that is being fetched, and what tells whether the server's is the same
/// still.
struct PartState {
  std::int64_t bytes = 0;   ///< on disk
  std::int64_t total = -1;  ///< of the whole file, -1 where unknown
  std::string validator;    ///< strong ETag or Last-Modified; empty where the server gave none
};

enum class TryEnd {
  complete,
  cut_off,  ///< worth another try: connection, stall, server error
  refused,  ///< not worth one: 404, too large, bad URL
};

struct TryResult {
  TryEnd end = TryEnd::cut_off;
  std::string reason;
};

/// Appends to `part` from `state.bytes` on, or starts it again where the server does not go on from
/// there. `state` is kept true to the file, also when this throws.
/// @param state_changed  called when the headers of a body have been read, before any byte is
/// written
/// @throws Error io when the disk fails, data when there are more than max_bytes; Interrupted
TryResult fetch_once(const std::string& url, const std::filesystem::path& part, PartState& state,
                     const DownloadOptions& options,
                     const std::function<void(const PartState&)>& state_changed);

}  // namespace inkling
