#include "inkling/train/measured_file.h"

#include <string_view>

#include "inkling/base/error.h"
#include "inkling/base/file.h"

namespace inkling {

using nlohmann::json;

MeasuredFile::MeasuredFile(const std::filesystem::path& file) {
  const std::string text = std::filesystem::exists(file) ? read_file(file) : "";
  std::size_t kept = 0;
  std::int64_t line = 0;
  for (std::size_t end = 0; (end = text.find('\n', kept)) != std::string::npos; kept = end + 1) {
    ++line;
    const json entry =
        json::parse(std::string_view(text).substr(kept, end - kept), nullptr, /*throw=*/false);
    if (!entry.is_object() || !entry.contains("key") || !entry["key"].is_string() ||
        !entry.contains("found") || !entry["found"].is_object()) {
      throw Error(ErrorKind::data, "is no line of measured figures",
                  {.file = file.string(), .line = line},
                  "give a file that inkling run wrote, or a name that is not taken");
    }
    found_[entry["key"]] = entry["found"];
  }
  if (kept == 0 && !text.empty() && !text.starts_with('{')) {
    throw Error(ErrorKind::data, "holds no measured figures", {.file = file.string(), .line = 1},
                "give a file that inkling run wrote, or a name that is not taken");
  }
  file_.emplace(file, kept);
}

const json* MeasuredFile::find(const std::string& key) const {
  const auto found = found_.find(key);
  return found == found_.end() ? nullptr : &found->second;
}

void MeasuredFile::add(const std::string& key, const std::string& setting, std::int64_t seed,
                       const json& found) {
  const json entry = {{"key", key}, {"setting", setting}, {"seed", seed}, {"found", found}};
  file_->append(entry.dump() + "\n");
  file_->sync();
  found_[key] = found;
}

}  // namespace inkling
