// Reading the document that `inkling run --json` prints.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"

namespace inkling::run_document {

[[noreturn]] inline void not_a_run(const std::string& what, const std::string& field) {
  throw Error(ErrorKind::data, what, {.field = field},
              "give the document that `inkling run --json` prints");
}

/// The member, or null where it is absent; `type` is what it should be.
inline const nlohmann::json& member(const nlohmann::json& object, const std::string& key,
                                    bool (*is)(const nlohmann::json&), const char* type,
                                    bool required) {
  static const nlohmann::json kNull;
  const auto found = object.find(key);
  if (found == object.end() || found->is_null()) {
    if (required && found == object.end()) not_a_run("is missing", key);
    return kNull;
  }
  if (!is(*found)) not_a_run(cat("is not ", type), key);
  return *found;
}

inline bool is_text(const nlohmann::json& value) {
  return value.is_string();
}
inline bool is_number(const nlohmann::json& value) {
  return value.is_number();
}
inline bool is_object(const nlohmann::json& value) {
  return value.is_object();
}
inline bool is_truth(const nlohmann::json& value) {
  return value.is_boolean();
}

inline std::string text_of(const nlohmann::json& object, const std::string& key, bool required) {
  const nlohmann::json& value = member(object, key, is_text, "a text", required);
  return value.is_null() ? "" : value.get<std::string>();
}

}  // namespace inkling::run_document
