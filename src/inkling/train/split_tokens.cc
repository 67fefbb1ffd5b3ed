// The words of a split.
#include <algorithm>
#include <string_view>

#include "inkling/base/error.h"
#include "inkling/data/joined_vectors.h"
#include "inkling/tasks/task_registry.h"
#include "inkling/train/task_data.h"

namespace inkling {
namespace {

/// The most frequent words of the encoder's pretrained vectors; none where it has none.
std::vector<std::string> vector_words(const RunConfig& config) {
  const std::string name = encoder_option(config, "vectors");
  if (name.empty()) {
    const std::string learned = encoder_option(config, "learned-dimensions");
    if (learned.empty() || learned == "0") return {};
    throw Error(ErrorKind::usage, "there are no pretrained vectors for numbers to stand beside",
                {"", 0, "learned-dimensions"}, "give --vectors, or --dimensions alone");
  }
  return JoinedVectors::open(name).words(config.text.vector_words);
}

}  // namespace

std::string encoder_option(const RunConfig& config, const char* name) {
  const auto& fields = config.encoder.options.fields();
  const auto field = std::ranges::find(fields, name, &Field::name);
  return field == fields.end() ? "" : field_text(*field);
}

TextData tokenised(const TextSplit& split, const Vocabulary& vocabulary, int threads) {
  const std::vector<std::string_view> texts(split.texts.begin(), split.texts.end());
  return {
      tokenise(texts, vocabulary, threads), split.pool, split.labels, split.groups, {}, split.soft};
}

Vocabulary vocabulary_of(const TextSplit& split, const RunConfig& config, int threads) {
  const std::vector<std::string_view> texts(split.texts.begin(), split.texts.end());
  TextOptions options = config.text;
  if (make_task(config.task.name, config.task.options)->reads_pairs()) options.split = "pairs";
  return Vocabulary::build(texts, options, threads, vector_words(config));
}

}  // namespace inkling
