#include "inkling/metrics/training_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "inkling/base/error.h"
#include "inkling/base/file.h"
#include "inkling/base/strings.h"

namespace inkling {
namespace {

using Line = nlohmann::ordered_json;

constexpr const char* kStep = "step";

[[noreturn]] void fail(const std::filesystem::path& file, std::string_view what) {
  const int reason = errno;
  throw Error(ErrorKind::io, cat(what, ": ", std::strerror(reason)), {.file = file.string()},
              reason == ENOSPC ? "free some space on the disk" : "");
}

bool is_line(const Line& line) {
  return line.is_object() && line.contains(kStep) && line[kStep].is_number_integer();
}

/// Calls visit(line, end of its bytes) for each line until it says false.
template <class Visit>
void for_each_line(std::string_view bytes, const std::filesystem::path& file, const Visit& visit) {
  std::int64_t number = 0;
  for (std::size_t begin = 0; begin < bytes.size();) {
    ++number;
    const std::size_t newline = bytes.find('\n', begin);
    const bool whole = newline != std::string_view::npos;
    const std::size_t end = whole ? newline + 1 : bytes.size();
    const std::string_view text = bytes.substr(begin, (whole ? newline : end) - begin);
    Line line = Line::parse(text, nullptr, false);
    begin = end;
    if (is_line(line)) {
      if (!visit(std::move(line), end)) return;
    } else if (whole) {
      throw Error(ErrorKind::data, "is no object with a step",
                  {.file = file.string(), .line = number}, "move the log away, or mend the line");
    }
  }
}

}  // namespace

TrainingLog::TrainingLog(std::filesystem::path file, std::optional<std::int64_t> resumed_step)
    : file_(std::move(file)), last_step_(std::numeric_limits<std::int64_t>::min()) {
  std::size_t kept = 0;
  bool open_line = false;
  std::error_code unknown;
  if (resumed_step && std::filesystem::exists(file_, unknown)) {
    const std::string bytes = read_file(file_);
    for_each_line(bytes, file_, [&](const Line& line, std::size_t end) {
      const auto step = line[kStep].get<std::int64_t>();
      if (step > *resumed_step) return false;
      kept = end;
      last_step_ = step;
      return true;
    });
    open_line = kept > 0 && bytes[kept - 1] != '\n';
  }
  descriptor_ = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (descriptor_ < 0) fail(file_, "cannot be written");
  struct stat status{};
  const bool cut = ::fstat(descriptor_, &status) == 0 &&
                   (status.st_size == static_cast<off_t>(kept) ||
                    ::ftruncate(descriptor_, static_cast<off_t>(kept)) == 0) &&
                   (!open_line || ::write(descriptor_, "\n", 1) == 1);
  if (cut) return;
  const int reason = errno;
  ::close(descriptor_);
  errno = reason;
  fail(file_, "cannot be written");
}

TrainingLog::~TrainingLog() {
  ::close(descriptor_);
}

void TrainingLog::append(std::int64_t step, const nlohmann::ordered_json& fields) {
  if (!fields.is_object() || fields.contains(kStep) || step < last_step_)
    throw Error(ErrorKind::internal, cat("no line of a training log for step ", step, " after ",
                                         last_step_, ": ", fields.dump()));
  last_step_ = step;
  Line line = {{kStep, step}};
  line.update(fields);
  const std::string text = line.dump(-1, ' ', false, Line::error_handler_t::replace) + "\n";
  for (std::string_view rest = text; !rest.empty();) {
    const ssize_t put = ::write(descriptor_, rest.data(), rest.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) fail(file_, "cannot be written");
    rest.remove_prefix(static_cast<std::size_t>(put));
  }
}

void TrainingLog::sync() {
  if (::fsync(descriptor_) != 0) fail(file_, "cannot be written");
}

std::vector<nlohmann::ordered_json> read_training_log(const std::filesystem::path& file) {
  std::vector<nlohmann::ordered_json> lines;
  for_each_line(read_file(file), file, [&](Line line, std::size_t) {
    lines.push_back(std::move(line));
    return true;
  });
  return lines;
}

}  // namespace inkling
