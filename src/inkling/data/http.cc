#include "inkling/data/http.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <exception>
#include <map>
#include <memory>
#include <optional>

#include "inkling/base/error.h"
#include "inkling/base/interrupt.h"
#include "inkling/base/progress.h"
#include "inkling/base/strings.h"
#include "inkling/data/curl.h"

namespace inkling {
namespace {

constexpr long kPollMilliseconds = 100;

[[noreturn]] void fail_on_disk(const std::filesystem::path& part) {
  throw Error(ErrorKind::io, cat("cannot be written: ", std::strerror(errno)),
              {.file = part.string()},
              errno == ENOSPC ? "free some space on the disk" : "check the permissions");
}

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size() || value < 0)
    return std::nullopt;
  return value;
}

/// "bytes 100-199/200" -> first 100, total 200 (-1 for "*").
struct ContentRange {
  std::int64_t first = -1;
  std::int64_t total = -1;
};

ContentRange parse_content_range(std::string_view text) {
  ContentRange range;
  if (!text.starts_with("bytes ")) return range;
  text.remove_prefix(6);
  const std::size_t dash = text.find('-');
  const std::size_t slash = text.find('/');
  if (dash == std::string_view::npos || slash == std::string_view::npos) return range;
  range.first = number(text.substr(0, dash)).value_or(-1);
  range.total = number(text.substr(slash + 1)).value_or(-1);
  return range;
}

/// One request; its callbacks keep exceptions until curl has returned.
class Transfer {
 public:
  Transfer(const std::string& url, const std::filesystem::path& part, PartState& state,
           const DownloadOptions& options,
           const std::function<void(const PartState&)>& state_changed)
      : url_(url), part_(part), state_(state), options_(options), state_changed_(state_changed) {
    file_ = ::open(part.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (file_ < 0) fail_on_disk(part);
    easy_ = curl().easy_init();
    multi_ = curl().multi_init();
    if (easy_ == nullptr || multi_ == nullptr)
      throw Error(ErrorKind::internal, "libcurl gave no handle");
    set_options();
  }
  ~Transfer() {
    curl().multi_remove_handle(multi_, easy_);
    curl().easy_cleanup(easy_);
    curl().multi_cleanup(multi_);
    curl().slist_free_all(headers_to_send_);
    ::close(file_);
  }
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  TryResult run();

 private:
  void set_options();
  bool stalled();
  void begin_body();
  void take_header(std::string_view line);
  void take_body(std::string_view bytes);
  TryResult judge(CURLcode code);
  long status() const;
  TryResult start_over(std::string reason);

  static std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* self);
  template <class Work>
  std::size_t guarded(std::size_t size, Work work);

  const std::string& url_;
  const std::filesystem::path& part_;
  PartState& state_;
  const DownloadOptions& options_;
  const std::function<void(const PartState&)>& state_changed_;
  int file_ = -1;
  CURL* easy_ = nullptr;
  CURLM* multi_ = nullptr;
  curl_slist* headers_to_send_ = nullptr;
  std::map<std::string, std::string> headers_;
  bool body_begun_ = false;
  bool body_wanted_ = false;
  bool body_elsewhere_ = false;  ///< the server's range is not the one asked for
  std::exception_ptr failure_;
  std::unique_ptr<Progress> progress_;
  std::chrono::steady_clock::time_point window_start_ = std::chrono::steady_clock::now();
  std::int64_t window_bytes_ = 0;
  std::int64_t received_ = 0;
};

void Transfer::set_options() {
  const auto set = [&](CURLoption option, auto value) {
    if (curl().easy_setopt(easy_, option, value) != CURLE_OK) {
      throw Error(ErrorKind::internal, cat("libcurl refuses option ", static_cast<int>(option)));
    }
  };
  set(CURLOPT_URL, url_.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 1L);
  set(CURLOPT_MAXREDIRS, 8L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_USERAGENT, "inkling");
  set(CURLOPT_BUFFERSIZE, 256L << 10);
  set(CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  set(CURLOPT_HEADERDATA, static_cast<void*>(this));
  set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  set(CURLOPT_WRITEDATA, static_cast<void*>(this));
  if (state_.bytes == 0) return;
  set(CURLOPT_RANGE, cat(state_.bytes, "-").c_str());
  if (state_.validator.empty()) return;
  headers_to_send_ = curl().slist_append(nullptr, cat("If-Range: ", state_.validator).c_str());
  set(CURLOPT_HTTPHEADER, headers_to_send_);
}

long Transfer::status() const {
  long status = 0;
  curl().easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

template <class Work>
std::size_t Transfer::guarded(std::size_t size, Work work) {
  try {
    work();
    return size;
  } catch (...) {
    failure_ = std::current_exception();
    return 0;
  }
}

std::size_t Transfer::on_header(char* bytes, std::size_t size, std::size_t count, void* self) {
  auto* transfer = static_cast<Transfer*>(self);
  return transfer->guarded(size * count, [&] { transfer->take_header({bytes, size * count}); });
}

std::size_t Transfer::on_body(char* bytes, std::size_t size, std::size_t count, void* self) {
  auto* transfer = static_cast<Transfer*>(self);
  return transfer->guarded(size * count, [&] { transfer->take_body({bytes, size * count}); });
}

void Transfer::take_header(std::string_view line) {
  if (line.starts_with("HTTP/")) headers_.clear();
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  std::string name(line.substr(0, colon));
  for (char& c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
  headers_[name] = trim(line.substr(colon + 1));
}

/// Decides by the answer's headers where its body goes.
void Transfer::begin_body() {
  body_begun_ = true;
  const long code = status();
  if (code != 200 && code != 206) return;
  if (code == 206) {
    const ContentRange range = parse_content_range(headers_["content-range"]);
    body_elsewhere_ =
        range.first != state_.bytes || (state_.total >= 0 && range.total != state_.total);
    if (body_elsewhere_) return;
    state_.total = range.total;
  } else {
    state_ = {
        .bytes = 0, .total = number(headers_["content-length"]).value_or(-1), .validator = {}};
    const std::string& tag = headers_["etag"];
    state_.validator = tag.empty() || tag.starts_with("W/") ? headers_["last-modified"] : tag;
    if (::ftruncate(file_, 0) != 0) fail_on_disk(part_);
  }
  if (state_.total > options_.max_bytes) {
    throw Error(ErrorKind::data,
                cat("the server offers ", state_.total, " bytes; at most ", options_.max_bytes,
                    " are expected"),
                {.file = url_});
  }
  body_wanted_ = true;
  state_changed_(state_);
  progress_ = std::make_unique<Progress>("downloading", std::max<std::int64_t>(state_.total, 0));
}

void Transfer::take_body(std::string_view bytes) {
  if (!body_begun_) begin_body();
  if (!body_wanted_) return;
  received_ += static_cast<std::int64_t>(bytes.size());
  while (!bytes.empty()) {
    const ssize_t put = ::pwrite(file_, bytes.data(), bytes.size(), state_.bytes);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) fail_on_disk(part_);
    bytes.remove_prefix(static_cast<std::size_t>(put));
    state_.bytes += put;
  }
  if (state_.bytes > options_.max_bytes) {
    throw Error(ErrorKind::data, cat("the server sends more than ", options_.max_bytes, " bytes"),
                {.file = url_});
  }
  progress_->update(state_.bytes);
}

bool Transfer::stalled() {
  const auto now = std::chrono::steady_clock::now();
  if (now - window_start_ < options_.stall) return false;
  const bool too_slow = received_ - window_bytes_ < options_.min_bytes;
  window_start_ = now;
  window_bytes_ = received_;
  return too_slow;
}

TryResult Transfer::start_over(std::string reason) {
  state_ = {};
  if (::ftruncate(file_, 0) != 0) fail_on_disk(part_);
  return {TryEnd::cut_off, std::move(reason)};
}

TryResult Transfer::judge(CURLcode code) {
  if (code == CURLE_OK && !body_begun_) begin_body();
  const long answer = status();
  if (body_elsewhere_) return start_over("the server's file is another one now");
  if (answer == 416) return start_over("the server has no such range");
  if (code == CURLE_OK && body_wanted_) {
    if (state_.total < 0 || state_.bytes == state_.total) return {TryEnd::complete, {}};
    return {TryEnd::cut_off, cat("ended after ", state_.bytes, " of ", state_.total, " bytes")};
  }
  if (code == CURLE_OK) {
    const bool passing = answer == 408 || answer == 429 || answer >= 500;
    return {passing ? TryEnd::cut_off : TryEnd::refused, cat("the server answered ", answer)};
  }
  const bool hopeless = code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL ||
                        code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_RESOLVE_PROXY ||
                        code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_TOO_MANY_REDIRECTS;
  return {hopeless ? TryEnd::refused : TryEnd::cut_off, curl().easy_strerror(code)};
}

TryResult Transfer::run() {
  curl().multi_add_handle(multi_, easy_);
  for (int running = 1;;) {
    check_interrupt();
    curl().multi_perform(multi_, &running);
    if (failure_) std::rethrow_exception(failure_);
    if (running == 0) break;
    if (stalled()) {
      return {TryEnd::cut_off,
              cat("stalled: fewer than ", options_.min_bytes, " bytes in ",
                  fixed(static_cast<double>(options_.stall.count()) / 1000, 1), " s")};
    }
    curl().multi_poll(multi_, nullptr, 0, kPollMilliseconds, nullptr);
  }
  int left = 0;
  const CURLMsg* message = curl().multi_info_read(multi_, &left);
  if (message == nullptr) throw Error(ErrorKind::internal, "libcurl gave no result");
  return judge(message->data.result);
}

}  // namespace

TryResult fetch_once(const std::string& url, const std::filesystem::path& part, PartState& state,
                     const DownloadOptions& options,
                     const std::function<void(const PartState&)>& state_changed) {
  return Transfer(url, part, state, options, state_changed).run();
}

}  // namespace inkling
