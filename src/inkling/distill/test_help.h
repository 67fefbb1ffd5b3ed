// Small data and folders for the tests of this room.
#pragma once

#include <string>

#include "inkling/api/distill_options.h"
#include "inkling/train/task_data_files.h"

namespace inkling::distill::testing_help {

using inkling::testing_help::config_with;
using inkling::testing_help::Files;
using inkling::testing_help::line;

/// `count` reviews of either label: words that tell it, one that does not.
inline std::string reviews(int count, int from = 0, bool labels = true) {
  static const std::vector<std::string> good = {"fine", "great", "lovely", "superb", "splendid"};
  static const std::vector<std::string> bad = {"poor", "awful", "dull", "broken", "dreadful"};
  std::string lines;
  for (int i = from; i < from + count; ++i) {
    for (const bool is_good : {false, true}) {
      const auto& words = is_good ? good : bad;
      const std::string text = cat("number ", i, " was ", words[static_cast<std::size_t>(i % 5)],
                                   " and ", words[static_cast<std::size_t>((i * 3 + i / 5) % 5)]);
      lines += labels ? line(text, is_good ? "good" : "bad") : cat("{\"text\": \"", text, "\"}\n");
    }
  }
  return lines;
}

inline RunConfig small_config(const Files& files, const ConfigValues& more = {}) {
  return config_with(merged({{"data",
                              {{"train", files.write("train.jsonl", reviews(30))},
                               {"test", files.write("test.jsonl", reviews(20, 500))},
                               {"tasks-by", "single"}}},
                             {"episodes", {{"shots", "0"}}},
                             {"encoder", {{"name", "average"}, {"dimensions", "4"}}},
                             {"method", {{"name", "supervised"}}},
                             {"train",
                              {{"out", (files.folder.path() / "out").string()},
                               {"threads", "2"},
                               {"steps", "60"},
                               {"validate-every", "0"},
                               {"checkpoint-every", "10"},
                               {"learning-rate", "0.05"}}}},
                            more));
}

inline DistillOptions small_options(const Files& files) {
  DistillOptions options;
  options.transfer = {files.write("transfer.jsonl", reviews(40, 100, false))};
  options.folds = 3;
  options.penalties = {"1", "0.1"};
  options.teacher_buckets = 1000;
  return options;
}

}  // namespace inkling::distill::testing_help
