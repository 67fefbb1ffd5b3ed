#include "inkling/metrics/training_log.h"

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

/// What is kept of a file: its first bytes, and the step of their last line.
struct TrainingLog::Kept {
  std::uint64_t bytes = 0;
  std::int64_t last_step = std::numeric_limits<std::int64_t>::min();
  bool open_line = false;  ///< the last line has no end

  static Kept of(const std::filesystem::path& file, std::optional<std::int64_t> resumed_step,
                 std::optional<std::int64_t> resumed_lines) {
    Kept kept;
    std::int64_t lines = 0;
    std::error_code unknown;
    if (!resumed_step || !std::filesystem::exists(file, unknown)) return kept;
    const std::string bytes = read_file(file);
    for_each_line(bytes, file, [&](const Line& line, std::size_t end) {
      const auto step = line[kStep].get<std::int64_t>();
      if (step > *resumed_step || ++lines > resumed_lines.value_or(lines)) return false;
      kept.bytes = end;
      kept.last_step = step;
      return true;
    });
    kept.open_line = kept.bytes > 0 && bytes[kept.bytes - 1] != '\n';
    return kept;
  }
};

TrainingLog::TrainingLog(const std::filesystem::path& file,
                         std::optional<std::int64_t> resumed_step,
                         std::optional<std::int64_t> resumed_lines)
    : TrainingLog(file, Kept::of(file, resumed_step, resumed_lines)) {}

TrainingLog::TrainingLog(const std::filesystem::path& file, const Kept& kept)
    : file_(file, kept.bytes), last_step_(kept.last_step) {
  if (kept.open_line) file_.append("\n");
}

void TrainingLog::append(std::int64_t step, const nlohmann::ordered_json& fields) {
  if (!fields.is_object() || fields.contains(kStep) || step < last_step_)
    throw Error(ErrorKind::internal, cat("no line of a training log for step ", step, " after ",
                                         last_step_, ": ", fields.dump()));
  last_step_ = step;
  Line line = {{kStep, step}};
  line.update(fields);
  file_.append(line.dump(-1, ' ', false, Line::error_handler_t::replace) + "\n");
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
