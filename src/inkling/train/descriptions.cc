#include "inkling/train/descriptions.h"

#include "inkling/base/error.h"
#include "inkling/data/catalogue.h"
#include "inkling/data/label_descriptions.h"
#include "inkling/tasks/task_registry.h"

namespace inkling {
namespace {

std::string file_of(const RunConfig& config) {
  return option_value(config.task.options, "descriptions");
}

/// A path, or one below the folder that data are provided in.
std::filesystem::path place_of(const std::filesystem::path& file) {
  if (std::filesystem::exists(file) || file.is_absolute()) return file;
  const std::filesystem::path provided = catalogue_folders().provided;
  return !provided.empty() && std::filesystem::exists(provided / file) ? provided / file : file;
}

}  // namespace

bool has_descriptions(const RunConfig& config) {
  return !file_of(config).empty();
}

void check_descriptions(const RunConfig& config) {
  if (has_descriptions(config) ||
      option_value(config.method.options, "read-descriptions") != "true")
    return;
  throw Error(ErrorKind::usage, "the method reads descriptions of the classes, and there are none",
              {"", 0, "read-descriptions"}, "give --descriptions FILE, or leave it out");
}

TextData tokenised_with_descriptions(const TextSplit& split, const RunConfig& config,
                                     const Vocabulary& vocabulary, int threads) {
  if (!has_descriptions(config)) return tokenised(split, vocabulary, threads);
  const std::string file = place_of(file_of(config)).string();
  const bool pairs = make_task(config.task.name, config.task.options)->reads_pairs();
  TextSplit with = split;
  for (std::string& text :
       descriptions_of(read_label_descriptions(file), split.labels, pairs, file)) {
    with.texts.push_back(std::move(text));
  }
  return tokenised(with, vocabulary, threads);
}

}  // namespace inkling
