// What the tests of the formats share.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "inkling/base/error.h"
#include "inkling/formats/format.h"
#include "inkling/formats/source.h"

namespace inkling::testing_help {

/// A file or folder of the real data.
inline std::filesystem::path real_data(const std::string& below) {
  const char* folder = std::getenv("INKLING_DATA");
  return std::filesystem::path(folder != nullptr && *folder != '\0' ? folder : "../shared/data") /
         below;
}

inline Error error_of(const std::function<void()>& body) {
  try {
    body();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "no error";
  return Error(ErrorKind::internal, "no error");
}

/// The examples of a file called `path` that holds `bytes`.
inline std::vector<Example> read_bytes(std::string_view format, const std::string& path,
                                       const std::string& bytes,
                                       const FormatOptions& options = {}) {
  const std::string text = text_of(bytes, path);
  return format_named(format).read({path, text}, options);
}

inline std::vector<Example> read_bytes(std::string_view format, const std::string& bytes,
                                       const FormatOptions& options = {}) {
  return read_bytes(format, "file", bytes, options);
}

/// The one file that holds `examples`.
inline std::string write_bytes(std::string_view format, const std::vector<Example>& examples,
                               const FormatOptions& options = {}) {
  const auto files = format_named(format).write({"test", examples}, options);
  EXPECT_EQ(files.size(), 1);
  return files.front().bytes;
}

inline Example example(std::string text, std::optional<std::string> label = {}) {
  Example made;
  made.text = std::move(text);
  made.label = std::move(label);
  return made;
}

inline std::vector<std::string> texts_of(const std::vector<Example>& examples) {
  std::vector<std::string> texts;
  for (const Example& one : examples) texts.push_back(one.text);
  return texts;
}

inline std::int64_t count_label(const std::vector<Example>& examples, const std::string& label) {
  return std::count_if(examples.begin(), examples.end(),
                       [&](const Example& one) { return one.label == label; });
}

inline std::int64_t count_attribute(const std::vector<Example>& examples, const std::string& name,
                                    const std::string& value) {
  return std::count_if(examples.begin(), examples.end(), [&](const Example& one) {
    const auto found = one.attributes.find(name);
    return found != one.attributes.end() && found->second == value;
  });
}

}  // namespace inkling::testing_help

#define INKLING_SKIP_WITHOUT(path) \
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "needs the real data " << (path)
