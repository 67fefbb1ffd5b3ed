#include "inkling/base/progress.h"

#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <utility>

#include "inkling/base/strings.h"

namespace inkling {
namespace {

std::string clock_text(double seconds) {
  const auto whole = static_cast<long>(std::lround(seconds));
  const std::string rest = cat(whole % 60 < 10 ? "0" : "", whole % 60);
  return cat(whole / 60, ":", rest);
}

}  // namespace

Progress::Progress(std::string what, std::int64_t total)
    : what_(std::move(what)),
      total_(total),
      shown_(::isatty(STDERR_FILENO) == 1),
      start_(Clock::now()) {}

Progress::~Progress() {
  if (drawn_) std::fputs("\r\033[K", stderr);
}

void Progress::update(std::int64_t done, std::string_view note) {
  if (!shown_) return;
  const auto now = Clock::now();
  if (drawn_ && now - last_ < std::chrono::milliseconds(100)) return;
  last_ = now;
  drawn_ = true;
  const double seconds = std::chrono::duration<double>(now - start_).count();
  const double rate = seconds > 0 ? static_cast<double>(done) / seconds : 0;
  std::string line = cat("\r\033[K", what_, " ", done);
  if (total_ > 0) {
    line += cat("/", total_, " ", 100 * done / total_, "%");
    if (rate > 0) line += cat(" left ", clock_text(static_cast<double>(total_ - done) / rate));
  }
  line += cat(" ", fixed(rate, 1), "/s ", note);
  std::fputs(line.c_str(), stderr);
}

void log_info(std::string_view text) {
  std::fputs(cat("inkling: ", text, "\n").c_str(), stderr);
}

void log_warning(std::string_view text) {
  std::fputs(cat("inkling: warning: ", text, "\n").c_str(), stderr);
}

}  // namespace inkling
