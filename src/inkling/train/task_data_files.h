// Files of texts, and configurations of them, for the tests of task data.
#pragma once

#include <string>
#include <vector>

#include "inkling/api/run_config.h"
#include "inkling/base/file.h"
#include "inkling/base/strings.h"
#include "inkling/base/temporary_folder.h"

namespace inkling::testing_help {

/// A JSON line of a text with a label and, where given, a domain and a split.
inline std::string line(const std::string& text, const std::string& label,
                        const std::string& domain = "", const std::string& split = "") {
  std::string attributes;
  if (!domain.empty()) attributes += cat("\"domain\": \"", domain, "\"");
  if (!split.empty()) attributes += cat(domain.empty() ? "" : ", ", "\"split\": \"", split, "\"");
  return cat("{\"text\": \"", text, "\", \"label\": \"", label, "\", \"attributes\": {", attributes,
             "}}\n");
}

/// Files of texts, and a configuration that names them.
struct Files {
  TemporaryFolder folder;

  std::string write(const std::string& name, const std::string& content) const {
    const auto path = folder.path() / name;
    write_file(path, content);
    return path.string();
  }

  /// `each` texts of each label that say in which split they are, train or test.
  std::string both_splits(int each) const {
    std::string content;
    for (int i = 0; i < each; ++i) {
      for (const char* label : {"bad", "good"}) {
        for (const char* split : {"train", "test"})
          content += line(cat(split, " ", label, " ", i), label, "books", split);
      }
    }
    return write("all.jsonl", content);
  }

  /// `each` texts of each label in each of the domains ("" for none).
  std::string texts(const std::string& name, const std::string& word,
                    const std::vector<std::string>& domains, int each,
                    const std::vector<std::string>& labels = {"bad", "good"}) const {
    std::string content;
    for (const std::string& domain : domains) {
      for (int i = 0; i < each; ++i) {
        for (const std::string& label : labels)
          content += line(cat(word, " ", label, " ", domain, " ", i), label, domain);
      }
    }
    return write(name, content);
  }
};

inline RunConfig config_with(const ConfigValues& values) {
  return config_from_values(
      merged({{"data", {{"holdout", "0"}}},
              {"episodes", {{"ways", "2"}, {"shots", "2"}, {"queries", "3"}}}},
             values));
}

}  // namespace inkling::testing_help
