#include "inkling/train/unlabelled_tasks.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "inkling/base/error.h"
#include "inkling/base/progress.h"
#include "inkling/base/strings.h"
#include "inkling/data/masked_words.h"
#include "inkling/data/pool.h"
#include "inkling/formats/text_stream.h"
#include "inkling/metrics/sif.h"
#include "inkling/nn/bag.h"
#include "inkling/nn/k_means.h"
#include "inkling/train/streams.h"
#include "inkling/train/task_data.h"

namespace inkling {
namespace {

/// Numbers of a text's vector where its words have no pretrained ones.
constexpr std::int64_t kNumbers = 128;

/// Texts that are read at a time.
constexpr std::size_t kAtOnce = 4096;

/// Examples that a class needs.
std::int64_t least_of(const RunConfig& config) {
  return config.episodes.shots + (config.episodes.natural_queries ? 1 : config.episodes.queries);
}

/// Sums of random vectors of words, each weighed by log(texts / texts that have the word).
Tensor random_sums(const TokenTable& table, const Vocabulary& vocabulary, Key key) {
  const auto weight_of = [&](std::int32_t id) {
    const auto texts = vocabulary.document_counts()[static_cast<std::size_t>(id)];
    if (id <= kUnknown || texts == 0) return 0.F;
    return static_cast<float>(
        std::log(static_cast<double>(vocabulary.documents()) / static_cast<double>(texts)));
  };
  std::vector<std::int64_t> ids;
  std::vector<float> weights;
  std::vector<std::int64_t> offsets = {0};
  for (std::int64_t i = 0; i < table.size(); ++i) {
    for (const std::int32_t id : table[i]) {
      ids.push_back(id);
      weights.push_back(weight_of(id));
    }
    offsets.push_back(std::ssize(ids));
  }
  Batch batch{1, table.size(), {}, {}};
  batch.words.ids = tensor_of(ids);
  batch.words.weights = tensor_of(weights);
  batch.words.offsets = tensor_of(offsets);
  return bag(normal(key, {vocabulary.rows(), kNumbers}, at::kFloat), batch)[0];
}

/// A vector of length 1 for each text; zeros for one without words that are known.
Tensor vectors_of(const std::vector<std::string>& texts, const RunConfig& config, Key key) {
  TextSplit split;
  split.texts = texts;
  const int threads = static_cast<int>(config.train.threads);
  const Vocabulary vocabulary = vocabulary_of(split, config, threads);
  const TokenTable table = tokenised(split, vocabulary, threads).table;
  const std::string name = option_value(config.encoder.options, "vectors");
  if (name.empty()) {
    const Tensor sums = random_sums(table, vocabulary, key);
    return sums / sums.norm(2, 1, true).clamp_min(1e-12);
  }
  const SifVectors vectors(vocabulary, JoinedVectors::open(name), table);
  std::vector<float> all;
  for (std::int64_t i = 0; i < table.size(); ++i) {
    all.insert(all.end(), vectors[i].begin(), vectors[i].end());
  }
  return tensor_of(std::span<const float>(all), {table.size(), vectors.dimensions()});
}

Dataset by_cluster(const std::vector<std::string>& texts, const RunConfig& config, Key key) {
  const std::int64_t least = least_of(config);
  const std::int64_t count = std::min(config.data.unlabelled_classes,
                                      std::ssize(texts) / std::max<std::int64_t>(least, 1));
  if (count < 2) {
    throw Error(ErrorKind::data,
                cat(texts.size(), " texts make no two clusters of ", least, " texts"),
                {join(config.data.unlabelled, ","), 0, "unlabelled"},
                "give more texts, or ask for fewer --shots and --queries");
  }
  const Clusters clusters = k_means(vectors_of(texts, config, key.fold(1)), count, key.fold(2));
  std::vector<std::int64_t> order(texts.size());
  std::iota(order.begin(), order.end(), 0);
  Rng(key.fold(3)).shuffle(std::span(order));
  std::vector<std::vector<std::int64_t>> of(static_cast<std::size_t>(count));
  const auto* cluster = clusters.of.const_data_ptr<std::int64_t>();
  for (const std::int64_t text : order) {
    auto& own = of[static_cast<std::size_t>(cluster[text])];
    if (std::ssize(own) < config.data.unlabelled_texts) own.push_back(text);
  }
  Dataset made;
  made.name = "clusters";
  for (std::size_t c = 0; c < of.size(); ++c) {
    if (std::ssize(of[c]) < least) continue;
    for (const std::int64_t text : of[c]) {
      Example example;
      example.text = texts[static_cast<std::size_t>(text)];
      example.label = cat("cluster ", c);
      made.examples.push_back(std::move(example));
    }
  }
  return made;
}

}  // namespace

std::vector<std::string> unlabelled_texts(const RunConfig& config,
                                          const std::unordered_set<std::string>& test) {
  std::vector<std::string> texts;
  std::int64_t tested = 0;
  const auto stream = text_stream(config.data.unlabelled, config.format);
  for (auto some = stream->next(kAtOnce); !some.empty(); some = stream->next(kAtOnce)) {
    for (std::string& text : some) {
      if (test.contains(text)) {
        ++tested;
      } else {
        texts.push_back(std::move(text));
      }
    }
  }
  if (stream->with_labels() > 0) {
    log_warning(
        cat(stream->with_labels(), " of the unlabelled texts carry a label: it was not looked at"));
  }
  if (tested > 0) {
    log_info(cat(tested, " of the unlabelled texts stand in the test data and are left out"));
  }
  return texts;
}

Dataset unlabelled_dataset(const RunConfig& config, const std::unordered_set<std::string>& test) {
  Dataset made;
  made.name = "unlabelled";
  std::unordered_set<std::string> known;
  std::int64_t read = 0;
  for (std::string& text : unlabelled_texts(config, test)) {
    ++read;
    if (!known.insert(text).second) continue;
    Example example;
    example.text = std::move(text);
    example.label = made.name;
    made.examples.push_back(std::move(example));
  }
  if (made.examples.size() < 2) {
    throw Error(ErrorKind::data, "a text is told from others, and there are not two",
                {join(config.data.unlabelled, ","), 0, "unlabelled"}, "give more texts");
  }
  if (read > std::ssize(made.examples)) {
    log_info(cat(read - std::ssize(made.examples),
                 " of the unlabelled texts stand there twice and are left out"));
  }
  return made;
}

void check_by_label(const RunConfig& config) {
  if (tasks_by_named(config.data.tasks_by) == TasksBy::label) return;
  throw Error(
      ErrorKind::usage,
      cat(config.method.name,
          " looks at no label: what classes mean its model learns from each task's examples"),
      {"", 0, "tasks-by"}, "give --tasks-by label");
}

Dataset unlabelled_tasks(const RunConfig& config, const std::unordered_set<std::string>& test) {
  const DataOptions& data = config.data;
  if (tasks_by_named(data.tasks_by) != TasksBy::label) {
    throw Error(ErrorKind::usage,
                "tasks of texts without labels are by label: a class is a word "
                "that was masked, or a cluster",
                {"", 0, "tasks-by"}, "give --tasks-by label");
  }
  const std::vector<std::string> texts = unlabelled_texts(config, test);
  const Key key = stream(config.train.seed, Stream::unlabelled);
  const MaskedWords words = {data.unlabelled_classes, data.unlabelled_texts, least_of(config)};
  Dataset made = data.unlabelled_tasks == "clusters" ? by_cluster(texts, config, key)
                                                     : masked_words(texts, config.text, words, key);
  log_info(cat(made.examples.size(), " examples of ", made.labels().size(),
               data.unlabelled_tasks == "clusters" ? " clusters" : " masked words", ", made of ",
               texts.size(), " texts without a label"));
  return made;
}

}  // namespace inkling
