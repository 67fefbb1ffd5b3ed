#include "inkling/data/download.h"

#include <nlohmann/json.hpp>
#include <system_error>
#include <thread>
#include <utility>

#include "inkling/base/error.h"
#include "inkling/base/file.h"
#include "inkling/base/interrupt.h"
#include "inkling/base/sha256.h"
#include "inkling/base/strings.h"
#include "inkling/data/http.h"

namespace inkling {
namespace {

constexpr std::uint64_t kMaxNoteBytes = 64 << 10;

std::filesystem::path with_suffix(std::filesystem::path path, const char* suffix) {
  return path += suffix;
}

/// The unfinished file beside the target and the note of what it is a part of.
struct Part {
  std::filesystem::path file;
  std::filesystem::path note;

  explicit Part(const std::filesystem::path& target)
      : file(with_suffix(target, ".part")), note(with_suffix(target, ".part.json")) {}

  void remove() const {
    std::error_code ignored;
    std::filesystem::remove(file, ignored);
    std::filesystem::remove(note, ignored);
  }

  void remember(const std::string& url, const PartState& state) const {
    const nlohmann::json json = {
        {"url", url}, {"total", state.total}, {"validator", state.validator}};
    write_file(note, json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  }

  /// What an earlier call left of `url`; nothing where that is in doubt.
  PartState recall(const std::string& url) const {
    std::error_code failed;
    const auto size = std::filesystem::file_size(file, failed);
    if (failed || !std::filesystem::exists(note, failed)) return {};
    const nlohmann::json json =
        nlohmann::json::parse(read_file(note, kMaxNoteBytes), nullptr, false);
    const auto text = [&](const char* key) {
      return json.is_object() && json.contains(key) && json[key].is_string()
                 ? json[key].get<std::string>()
                 : "";
    };
    if (text("url") != url || !json.contains("total") || !json["total"].is_number_integer())
      return {};
    PartState state{static_cast<std::int64_t>(size), json["total"].get<std::int64_t>(),
                    text("validator")};
    if (state.total >= 0 && state.bytes > state.total) return {};
    return state;
  }
};

void wait(std::chrono::milliseconds pause) {
  const auto end = std::chrono::steady_clock::now() + pause;
  while (std::chrono::steady_clock::now() < end) {
    check_interrupt();
    std::this_thread::sleep_for(std::min(pause, std::chrono::milliseconds(50)));
  }
}

void check_url(const std::string& url) {
  if (url.starts_with("https://") || url.starts_with("http://")) return;
  throw Error(ErrorKind::usage, "is not an http or https address", {.file = url});
}

[[noreturn]] void give_up(const std::string& url, const Part& part, const PartState& state,
                          const std::string& reason) {
  if (state.bytes == 0) part.remove();
  std::string hint = "check the network, or give a copy you have with --from FILE";
  if (state.bytes > 0) hint += cat("; the next try goes on from byte ", state.bytes);
  throw Error(ErrorKind::io, cat("cannot be downloaded: ", reason), {.file = url}, hint);
}

Download try_download(const std::string& url, const std::filesystem::path& target, const Part& part,
                      const DownloadOptions& options) {
  PartState state = part.recall(url);
  Download result;
  std::string reason;
  auto pause = options.pause;
  for (int attempt = 0; attempt < options.tries; ++attempt, pause *= 2) {
    if (attempt > 0) wait(pause / 2);
    if (state.validator.empty() && options.sha256.empty()) state = {};
    const std::int64_t begin = state.bytes;
    if (begin == 0 || begin != state.total) {
      const auto remember = [&](const PartState& changed) {
        result.resumed = changed.bytes > 0;
        part.remember(url, changed);
      };
      const TryResult tried = fetch_once(url, part.file, state, options, remember);
      if (tried.end == TryEnd::refused) give_up(url, part, state, tried.reason);
      reason = tried.reason;
      if (tried.end == TryEnd::cut_off) continue;
    } else {
      result.resumed = true;
    }
    result.sha256 = sha256_of_file(part.file);
    if (!options.sha256.empty() && result.sha256 != options.sha256) {
      part.remove();
      state = {};
      // Pieces of two files would do this too: one fresh try tells.
      if (std::exchange(result.resumed, false) && attempt + 1 < options.tries) continue;
      check_sha256(url, options.sha256, result.sha256);
    }
    result.bytes = state.bytes;
    publish_file(part.file, target);
    part.remove();
    return result;
  }
  give_up(url, part, state, cat(reason, ", ", options.tries, " times"));
}

}  // namespace

void check_sha256(const std::string& what, const std::string& expected, const std::string& actual) {
  if (expected.empty() || expected == actual) return;
  throw Error(ErrorKind::data, cat("has the sha256 ", actual, ", not ", expected), {.file = what},
              "the file is damaged or another version; nothing of it was used");
}

Download download(const std::string& url, const std::filesystem::path& target,
                  const DownloadOptions& options) {
  check_url(url);
  const Part part(target);
  try {
    return try_download(url, target, part, options);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::data) part.remove();
    throw;
  }
}

}  // namespace inkling
