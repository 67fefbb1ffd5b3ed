// The words of a split.
#include <algorithm>
#include <string_view>
#include <unordered_set>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/data/joined_vectors.h"
#include "inkling/data/span_text.h"
#include "inkling/tasks/task_registry.h"
#include "inkling/train/task_data.h"

namespace inkling {
namespace {

/// The most frequent words of the encoder's pretrained vectors; none where it has none.
std::vector<std::string> vector_words(const RunConfig& config) {
  const std::string name = option_value(config.encoder.options, "vectors");
  if (name.empty()) {
    const std::string learned = option_value(config.encoder.options, "learned-dimensions");
    if (learned.empty() || learned == "0") return {};
    throw Error(ErrorKind::usage, "there are no pretrained vectors for numbers to stand beside",
                {"", 0, "learned-dimensions"}, "give --vectors, or --dimensions alone");
  }
  return JoinedVectors::open(name).words(config.text.vector_words);
}

/// Texts that mark spans: their words alone are tokenised.
TextData tokenised_sentences(const TextSplit& split, const Vocabulary& vocabulary, int threads) {
  TextData data;
  std::vector<std::string> plain;
  for (const std::string& text : split.texts) {
    SpanText read = read_span_text(text);
    plain.push_back(join(read.words, " "));
    data.spans.push_back(std::move(read.spans));
  }
  const std::vector<std::string_view> texts(plain.begin(), plain.end());
  data.table = tokenise(texts, vocabulary, threads);
  data.pool = split.pool;
  data.labels = split.labels;
  data.groups = split.groups;
  return data;
}

}  // namespace

std::string option_value(const PluginOptions& options, std::string_view name) {
  const auto& fields = options.fields();
  const auto field = std::ranges::find(fields, name, &Field::name);
  return field == fields.end() ? "" : field_text(*field);
}

TextData tokenised(const TextSplit& split, const Vocabulary& vocabulary, int threads) {
  if (split.spans) return tokenised_sentences(split, vocabulary, threads);
  const std::vector<std::string_view> texts(split.texts.begin(), split.texts.end());
  return {
      tokenise(texts, vocabulary, threads), split.pool, split.labels, split.groups, {}, split.soft};
}

Vocabulary vocabulary_of(const TextSplit& split, const RunConfig& config, int threads) {
  TextOptions options = config.text;
  const auto task = make_task(config.task.name, config.task.options);
  if (task->reads_pairs()) options.split = "pairs";
  std::vector<std::string_view> texts(split.texts.begin(), split.texts.end());
  std::vector<std::string> sentences;
  if (task->reads_spans()) {
    // A sentence stands there once for each of its types.
    options.split = "spaces";
    std::unordered_set<std::string_view> seen;
    for (const std::string_view text : texts) {
      if (seen.insert(text).second) sentences.push_back(without_span_marks(text));
    }
    texts.assign(sentences.begin(), sentences.end());
  }
  return Vocabulary::build(texts, options, threads, vector_words(config));
}

}  // namespace inkling
