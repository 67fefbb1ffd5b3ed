// A progress line on a terminal's standard error; silent elsewhere.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace inkling {

class Progress {
 public:
  /// @param total  steps in all, or bytes; 0 where unknown
  Progress(std::string what, std::int64_t total);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Shows `done` steps, the rate, the time left and `note` (such as "loss 0.412"), at most ten
  /// times a second.
  void update(std::int64_t done, std::string_view note = {});

 private:
  using Clock = std::chrono::steady_clock;
  std::string what_;
  std::int64_t total_;
  bool shown_;
  bool drawn_ = false;
  Clock::time_point start_;
  Clock::time_point last_;
};

/// A line for people on standard error: "inkling: text".
void log_info(std::string_view text);
void log_warning(std::string_view text);

}  // namespace inkling
