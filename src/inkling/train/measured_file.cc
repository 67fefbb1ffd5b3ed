#include "inkling/train/measured_file.h"

#include <string_view>

#include "inkling/base/error.h"
#include "inkling/base/file.h"
#include "inkling/base/sha256.h"
#include "inkling/base/strings.h"

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

/// What stands in the configurations that a training begins with.
json sums_of_files(const ConfigValues& values) {
  json sums = json::array();
  const auto add = [&](const char* section, const char* key) {
    const auto found = values.find(section);
    if (found == values.end()) return;
    const auto named = found->second.find(key);
    if (named == found->second.end()) return;
    for (const std::string_view name : split(named->second, ',')) {
      const std::filesystem::path file(name);
      if (file.extension() == ".toml" && exists(file)) sums.push_back(sha256_of_file(file));
    }
  };
  add("train", "start");
  add("distill", "teacher");
  return sums;
}

[[noreturn]] void refuse(const std::filesystem::path& file, std::int64_t line) {
  throw Error(ErrorKind::data, "is no line of measured figures",
              {.file = file.string(), .line = line},
              "give a file that inkling run wrote, or a name that is not taken");
}

}  // namespace

std::string measurement_key(const Experiment& experiment, const Setting& setting, std::int64_t seed,
                            bool paths) {
  ConfigValues values = merged(experiment.config, setting.overrides);
  values["train"].erase("threads");
  const json all = {{"protocol", experiment.protocol},
                    {"config", values},
                    {"metric", setting.metric},
                    {"seed", seed},
                    // A distillation's setting names the model that it measures.
                    {"setting", setting.name},
                    {"paths", paths},
                    {"files", sums_of_files(values)}};
  return sha256_of(all.dump());
}

MeasuredFile::MeasuredFile(const std::filesystem::path& file) {
  const std::string text = std::filesystem::exists(file) ? read_file(file) : "";
  std::size_t kept = 0;
  std::int64_t line = 0;
  for (std::size_t end = 0; (end = text.find('\n', kept)) != std::string::npos; kept = end + 1) {
    ++line;
    const json entry =
        json::parse(std::string_view(text).substr(kept, end - kept), nullptr, /*throw=*/false);
    if (!holds_figures(entry)) refuse(file, line);
    found_[entry["key"].get<std::string>()] = entry["found"];
  }
  // What was not written to its end is the beginning of a line.
  const std::string_view rest = std::string_view(text).substr(kept).substr(0, kBegin.size());
  if (!kBegin.starts_with(rest)) refuse(file, line + 1);
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
