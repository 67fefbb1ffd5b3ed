#include "inkling/train/measured_file.h"

#include <string_view>

#include "inkling/base/error.h"
#include "inkling/base/file.h"

namespace inkling {

using nlohmann::json;

namespace {

/// How every line begins: JSON writes keys in their order.
constexpr std::string_view kBegin = R"({"found":{)";

bool holds_figures(const json& entry) {
  const auto has = [](const json& in, const char* key, auto is) {
    return in.is_object() && in.contains(key) && is(in[key]);
  };
  const auto is_number = [](const json& value) { return value.is_number() || value.is_null(); };
  return has(entry, "key", [](const json& key) { return key.is_string(); }) &&
         has(entry, "found", [&](const json& found) { return has(found, "value", is_number); });
}

}  // namespace

MeasuredFile::MeasuredFile(const std::filesystem::path& file) {
  const std::string text = std::filesystem::exists(file) ? read_file(file) : "";
  std::size_t kept = 0;
  std::int64_t line = 0;
  for (std::size_t end = 0; (end = text.find('\n', kept)) != std::string::npos; kept = end + 1) {
    ++line;
    const json entry =
        json::parse(std::string_view(text).substr(kept, end - kept), nullptr, /*throw=*/false);
    if (!holds_figures(entry)) {
      throw Error(ErrorKind::data, "is no line of measured figures",
                  {.file = file.string(), .line = line},
                  "give a file that inkling run wrote, or a name that is not taken");
    }
    found_[entry["key"].get<std::string>()] = entry["found"];
  }
  // What was not written to its end is the beginning of a line.
  const std::string_view rest = std::string_view(text).substr(kept).substr(0, kBegin.size());
  if (!kBegin.starts_with(rest)) {
    throw Error(ErrorKind::data, "is no line of measured figures",
                {.file = file.string(), .line = line + 1},
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
