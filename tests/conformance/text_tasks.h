// Small text tasks in float64 that every method and encoder is held against.
#pragma once

#include <cmath>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "inkling/base/strings.h"
#include "inkling/data/vectors.h"
#include "inkling/encoders/encoder_registry.h"
#include "inkling/tasks/text_records.h"
#include "inkling/text/pair_text.h"
#include "inkling/train/learner.h"

namespace inkling::conformance {

/// 2 labels in 2 groups, or 6 labels for tasks by label; 12 texts each of words that lean to their
/// label.
struct TextWorld {
  std::vector<std::string> texts;
  std::vector<PoolExample> pool;
  std::vector<std::string> labels;
  std::vector<std::string> groups;
};

/// `text` with marks around two of its words, the first of which may stand behind the other.
inline std::string with_pair(const std::string& text, std::size_t number) {
  std::vector<std::string> words;
  for (const std::string_view word : split(text, ' ')) words.emplace_back(word);
  const auto count = static_cast<std::int32_t>(words.size());
  const auto head = static_cast<std::int32_t>(number) % count;
  const std::int32_t tail = (head + 1) % count;
  return pair_text(words, {head, head + 1, tail, tail + 1});
}

inline TextWorld text_world(bool by_label, Key key = Key{7}) {
  TextWorld world;
  Rng rng(key);
  const int labels = by_label ? 6 : 2;
  world.groups = by_label ? std::vector<std::string>{} : std::vector<std::string>{"one", "two"};
  for (int label = 0; label < labels; ++label) world.labels.push_back(cat("label", label));
  const int groups = by_label ? 1 : 2;
  for (int group = 0; group < groups; ++group) {
    for (int label = 0; label < labels; ++label) {
      for (int i = 0; i < 12; ++i) {
        std::string text = cat("t", world.texts.size());
        for (int word = 0; word < 3 + i % 4; ++word) {
          const bool telling = rng.uniform() < 0.6;
          text += cat(" w", telling ? 10 * label + static_cast<int>(rng.below(3))
                                    : 100 + static_cast<int>(rng.below(20)));
        }
        world.pool.push_back({static_cast<std::int64_t>(world.texts.size()), label, group,
                              static_cast<std::uint64_t>(world.texts.size())});
        world.texts.push_back(text);
      }
    }
  }
  return world;
}

/// Writes pretrained vectors of two dimensions of some of a world's words. @return the file
inline std::string world_vectors(const std::filesystem::path& folder) {
  WordVectorsBuilder builder("test");
  for (int word = 0; word < 120; ++word) {
    if (word % 3 == 2) continue;
    const auto angle = static_cast<float>(word);
    builder.add(cat("w", word), std::vector<float>{std::cos(angle), std::sin(angle)});
  }
  const std::string file = (folder / "world.vectors").string();
  builder.write(file);
  return file;
}

/// A learner over a world, with its data.
struct World {
  std::unique_ptr<Learner> learner;
  TextData data;

  /// With unlabelled examples where the method takes them.
  EpisodeShape shape() const {
    EpisodeShape shape{2, 2, 3};
    if (learner->method().traits().unlabelled) shape.unlabelled = 3;
    return shape;
  }
  std::unique_ptr<EpisodeSource> source(EpisodeShape shape, Key key = Key{11}) const {
    return learner->source(&data, shape, key);
  }
  std::unique_ptr<EpisodeSource> source() const { return source(shape()); }
  Context context() const { return learner->context(); }
  TextWeights text_weights() const {
    return dynamic_cast<const EncoderNetwork&>(learner->model()).encoder().text_weights();
  }
};

/// @param encoder, method  "name" or "name option=value option=value"
/// @param more             of the configuration
inline World world_of(const std::string& encoder, const std::string& method, bool by_label,
                      const ConfigValues& more = {}) {
  ConfigValues values;
  const auto choose = [&](const std::string& section, const std::string& words) {
    std::size_t at = words.find(' ');
    values[section]["name"] = words.substr(0, at);
    while (at != std::string::npos) {
      const std::size_t next = words.find(' ', at + 1);
      const std::string one =
          words.substr(at + 1, next == std::string::npos ? next : next - at - 1);
      const std::size_t equals = one.find('=');
      values[section][one.substr(0, equals)] = one.substr(equals + 1);
      at = next;
    }
  };
  choose("encoder", encoder);
  choose("method", method);
  values["data"]["tasks-by"] = by_label ? "label" : "group";
  values["train"]["dtype"] = "float64";
  values["episodes"] = {{"ways", "2"}, {"shots", "2"}, {"queries", "3"}};
  values = merged(values, more);
  // Encoders that are asked about positions read pairs.
  const bool pairs = encoder.find("positions=") != std::string::npos;
  if (pairs) values["task"]["name"] = "relations";
  TextWorld texts = text_world(by_label);
  for (std::size_t i = 0; pairs && i < texts.texts.size(); ++i) {
    texts.texts[i] = with_pair(texts.texts[i], i);
  }
  const std::vector<std::string_view> views(texts.texts.begin(), texts.texts.end());
  TextOptions options;
  if (pairs) options.split = "pairs";
  World world;
  world.learner = std::make_unique<Learner>(config_from_values(values),
                                            Vocabulary::build(views, options), texts.labels);
  world.data = {
      tokenise(views, world.learner->vocabulary()), texts.pool, texts.labels, texts.groups, {}};
  return world;
}

/// One episode of a world as a record.
inline Record record_of(const World& world, const Episode& episode) {
  const TextRecords records(world.data.table, world.text_weights(), world.learner->rows(),
                            at::kDouble, at::kCPU, world.learner->frequencies());
  Record record =
      records.make(std::span(&episode, 1), static_cast<std::int64_t>(episode.labels.size()));
  record.new_classes = world.learner->tasks_by() == TasksBy::label;
  return record;
}

/// Every registered encoder that reads text, small where this knows its options, and the variants
/// whose mechanism differs.
inline std::vector<std::string> encoders() {
  const std::map<std::string, std::vector<std::string>> known = {
      {"average",
       {"average dimensions=4 scale=0.5", "average dimensions=4 scale=0.5 weighting=idf"}},
      {"cnn",
       {"cnn dimensions=4 filters=5 widths=2,3 scale=0.5",
        "cnn dimensions=4 filters=3 widths=2 positions=2 pooling=piecewise mentions=3"}},
      {"dense", {}},
      {"lstm",
       {"lstm dimensions=4 hidden=3 attention=3 scale=0.5",
        "lstm dimensions=2 hidden=2 attention=2 positions=1"}},
  };
  std::vector<std::string> all;
  for (const EncoderMaker& maker : encoder_makers()) {
    const auto found = known.find(maker.name);
    if (found == known.end()) {
      all.push_back(maker.name);
    } else {
      all.insert(all.end(), found->second.begin(), found->second.end());
    }
  }
  return all;
}

}  // namespace inkling::conformance
