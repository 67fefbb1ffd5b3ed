#include "inkling/train/task_data.h"

#include <algorithm>
#include <string_view>
#include <unordered_set>

#include "inkling/base/error.h"
#include "inkling/base/progress.h"
#include "inkling/base/strings.h"
#include "inkling/data/conditions.h"
#include "inkling/data/relation_examples.h"
#include "inkling/data/role_examples.h"
#include "inkling/data/span_examples.h"
#include "inkling/data/span_text.h"
#include "inkling/formats/named_data.h"
#include "inkling/methods/method_registry.h"
#include "inkling/tasks/tagged_episodes.h"
#include "inkling/tasks/task_registry.h"
#include "inkling/text/pair_text.h"
#include "inkling/train/held_out.h"
#include "inkling/train/streams.h"
#include "inkling/train/unlabelled_tasks.h"

namespace inkling {
namespace {

/// The examples of the named data for which the conditions hold.
Dataset read_all(const std::vector<std::string>& names, const RunConfig& config,
                 const std::vector<std::string>& conditions) {
  const FormatOptions& format = config.format;
  const auto task = make_task(config.task.name, config.task.options);
  Dataset all;
  for (const std::string& name : names) {
    Dataset one = task->examples(read_named(name, format));
    all.name = all.name.empty() ? name : cat(all.name, ",", name);
    std::move(one.examples.begin(), one.examples.end(), std::back_inserter(all.examples));
  }
  keep_where(all, conditions);
  join_attributes(all, config.data.group);
  rename_labels(all, config.data.rename_labels);
  return all;
}

/// The attribute that names groups: a column that was named for them needs no second naming.
PoolRule rule_of(const RunConfig& config, const std::vector<std::string>& only) {
  const DataOptions& data = config.data;
  PoolRule rule;
  rule.by = tasks_by_named(data.tasks_by);
  const std::string& column = config.format.group_column;
  const bool named = !column.empty() && data.group == DataOptions{}.group &&
                     column.find_first_not_of("0123456789") != std::string::npos;
  rule.group = named ? column : data.group;
  rule.only = expand_values(only);
  return rule;
}

/// What the texts of a task mark.
enum class Marks { none, pairs, spans, roles };

Marks marks_of(const RunConfig& config) {
  const auto task = make_task(config.task.name, config.task.options);
  if (task->reads_spans()) return task->reads_pairs() ? Marks::roles : Marks::spans;
  return task->reads_pairs() ? Marks::pairs : Marks::none;
}

/// What a model reads of an example.
std::string read_text(const Example& example, Marks marks) {
  if (marks == Marks::none) return example.text;
  if (marks == Marks::pairs) return pair_text_of(example);
  return marks == Marks::roles ? role_text_of(example) : span_text_of(example);
}

TextSplit split_of(const Dataset& dataset, PoolRule rule, Marks marks) {
  // What stands outside of every span is a class of all tasks, and no type to make tasks of.
  if (marks == Marks::spans && rule.by == TasksBy::label) rule.except.push_back({kOutside, {}});
  Pool pool = make_pool(dataset, rule);
  TextSplit split;
  split.pairs = marks == Marks::pairs;
  split.spans = marks == Marks::spans || marks == Marks::roles;
  split.labels = std::move(pool.labels);
  split.groups = std::move(pool.groups);
  bool cut = false;
  for (PoolExample example : pool.examples) {
    const Example& from = dataset.examples[static_cast<std::size_t>(example.index)];
    split.texts.push_back(read_text(from, marks));
    if (split.pairs) split.whole.push_back(whole_sentence(from));
    cut = cut || (split.pairs && split.whole.back() != from.text);
    example.index = static_cast<std::int64_t>(split.texts.size()) - 1;
    split.pool.push_back(example);
  }
  if (!cut) split.whole.clear();
  return split;
}

/// Gives `split` the classes `labels`, those of the model, in their order.
/// @param file  of the split, for messages
void use_labels(TextSplit& split, const std::vector<std::string>& labels, const std::string& file) {
  std::vector<std::int32_t> place;
  for (const std::string& label : split.labels) {
    const auto found = std::ranges::find(labels, label);
    // Sentences without spans stand under it, and words of all others are of it.
    if (split.spans && found == labels.end() && label == kOutside) {
      place.push_back(0);
      continue;
    }
    if (found == labels.end()) {
      throw Error(ErrorKind::data, cat("the model does not know the label '", label, "'"),
                  {file, 0, "label"}, known_names_hint(label, labels));
    }
    place.push_back(static_cast<std::int32_t>(found - labels.begin()));
  }
  for (PoolExample& example : split.pool) {
    example.label = place[static_cast<std::size_t>(example.label)];
  }
  split.labels = labels;
}

/// Makes the labels of a share of the examples wrong, each another one with the same chance, or
/// leaves these examples out, as data.flip-labels and data.flipped say.
TextSplit with_flips(TextSplit split, const RunConfig& config) {
  const DataOptions& data = config.data;
  const std::size_t classes = split.labels.size();
  if (data.flip_labels <= 0 || classes < 2) return split;
  Rng rng(stream(config.train.seed, Stream::flips));
  std::vector<bool> flips;
  for (PoolExample& example : split.pool) {
    const bool flip = rng.uniform() < data.flip_labels;
    const auto by = static_cast<std::int64_t>(1 + rng.below(classes - 1));
    flips.push_back(flip);
    if (!flip) continue;
    example.label = static_cast<std::int32_t>((example.label + by) % std::ssize(split.labels));
  }
  const auto count = std::ranges::count(flips, true);
  const bool kept = data.flipped == "keep";
  log_info(cat(count, " of ", flips.size(), " training labels are ",
               kept ? "made wrong" : "those that would be made wrong, and are left out"));
  return kept ? split : part_of(split, [&](std::size_t i) { return !flips[i]; });
}

bool names_test(const DataOptions& data) {
  return !data.test.empty() || !data.test_values.empty();
}

/// The groups of test data of its own: where no example has the attribute that names them, the
/// data is one task.
void make_one_group(Dataset& dataset, const std::string& attribute) {
  const auto has = [&](const Example& example) { return example.attributes.contains(attribute); };
  if (std::ranges::any_of(dataset.examples, has)) return;
  for (Example& example : dataset.examples) example.attributes[attribute] = "all";
}

/// Of a split that is tested on: read from `names`, or from the training data where there are none.
TextSplit test_examples(const RunConfig& config, const std::vector<std::string>& names,
                        const std::vector<std::string>& conditions) {
  const DataOptions& data = config.data;
  Dataset dataset = read_all(names.empty() ? data.train : names, config, conditions);
  const PoolRule rule = rule_of(config, data.test_values);
  if (rule.by == TasksBy::group && !names.empty()) make_one_group(dataset, rule.group);
  return split_of(dataset, rule, marks_of(config));
}

TextSplit raw_test_split(const RunConfig& config) {
  return test_examples(config, config.data.test, config.data.test_where);
}

/// The same of sentences, which are whole types' where an episode can be drawn.
bool holds_span_episodes(const TextSplit& split, TasksBy by, const EpisodeShape& shape) {
  std::vector<std::vector<Span>> spans;
  for (const std::string& text : split.texts) spans.push_back(read_span_text(text).spans);
  if (by == TasksBy::group) {
    sentences_of_groups(split.pool, spans, shape, split.groups).at(Key{}, 0);
    return true;
  }
  const auto types =
      std::ranges::count_if(split.labels, [](const std::string& name) { return name != kOutside; });
  const SpanEpisodeSampler sampler(
      span_pool(split.pool, spans, split.labels, false),
      {by == TasksBy::label ? shape.ways : types, shape.shots, shape.queries}, split.labels);
  sampler.at(Key{}, 0);
  return true;
}

}  // namespace

std::string sentence_of(const TextSplit& split, std::size_t place) {
  if (!split.whole.empty()) return split.whole[place];
  const std::string& text = split.texts[place];
  if (split.pairs) return without_pair_marks(text);
  return split.spans ? without_span_marks(text) : text;
}

Sentences tested_sentences(const RunConfig& config) {
  Sentences found;
  if (!names_test(config.data) || (config.data.test.empty() && config.data.train.empty())) {
    return found;
  }
  const TextSplit test = raw_test_split(config);
  for (std::size_t i = 0; i < test.texts.size(); ++i) found.insert(sentence_of(test, i));
  return found;
}

TextSplit part_of(const TextSplit& split, const std::function<bool(std::size_t)>& keep) {
  TextSplit kept;
  kept.labels = split.labels;
  kept.groups = split.groups;
  kept.pairs = split.pairs;
  kept.spans = split.spans;
  for (std::size_t i = 0; i < split.pool.size(); ++i) {
    if (!keep(i)) continue;
    kept.texts.push_back(split.texts[i]);
    if (!split.whole.empty()) kept.whole.push_back(split.whole[i]);
    kept.pool.push_back(split.pool[i]);
    kept.pool.back().index = static_cast<std::int64_t>(kept.texts.size()) - 1;
  }
  return kept;
}

TextSplit unlabelled_split(std::vector<std::string> texts) {
  TextSplit split;
  split.texts = std::move(texts);
  for (std::int64_t i = 0; i < std::ssize(split.texts); ++i) {
    split.pool.push_back({i, 0, 0, static_cast<std::uint64_t>(i)});
  }
  return split;
}

bool reads_unlabelled(const RunConfig& config) {
  return make_method(config.method.name, config.method.options)->traits().unlabelled_ratio > 0;
}

TrainingSplits training_splits(const RunConfig& config, const Sentences& hidden) {
  const DataOptions& data = config.data;
  if (data.train.empty() && data.unlabelled.empty()) {
    throw Error(ErrorKind::usage, "there is nothing to train on", {"", 0, "train"},
                "give --train FILE, or NAME:SPLIT of `inkling data list`");
  }
  const bool labels_count =
      !make_method(config.method.name, config.method.options)->traits().self_supervised;
  if (!labels_count) check_by_label(config);
  const Marks marks = marks_of(config);
  if (marks != Marks::none && !data.unlabelled.empty()) {
    throw Error(ErrorKind::usage,
                marks == Marks::pairs ? "texts without labels mark no head and no tail"
                                      : "texts without labels mark no spans",
                {"", 0, "unlabelled"}, "leave it out, or use --task classification");
  }
  Dataset dataset = read_all(data.train, config, data.where);
  const bool beside = reads_unlabelled(config);
  const bool by_tasks = tasks_by_named(data.tasks_by) != TasksBy::single;
  Sentences tested = hidden;
  if (by_tasks || !data.unlabelled.empty()) tested.merge(tested_sentences(config));
  if (!data.unlabelled.empty() && !beside) {
    Dataset made =
        labels_count ? unlabelled_tasks(config, tested) : unlabelled_dataset(config, tested);
    std::ranges::move(made.examples, std::back_inserter(dataset.examples));
  }
  PoolRule rule = rule_of(config, data.train_values);
  if (data.train_values.empty()) {
    rule.except = expand_values(data.validation_values);
    for (Value& value : expand_values(data.test_values)) rule.except.push_back(std::move(value));
  }
  TrainingSplits splits;
  splits.train = split_of(dataset, rule, marks);
  if (!data.unlabelled.empty() && beside) {
    splits.unlabelled = unlabelled_split(unlabelled_texts(config, tested));
  }
  if (labels_count && !splits.train.spans && splits.train.labels.size() == 1) {
    throw Error(ErrorKind::data, cat("all examples have the label '", splits.train.labels[0], "'"),
                {join(data.train, ","), 0, "label"}, "give data of two classes or more");
  }
  if (!data.validation.empty()) {
    splits.validation = split_of(read_all(data.validation, config, {}),
                                 rule_of(config, data.validation_values), marks);
  } else if (!data.validation_values.empty()) {
    splits.validation = split_of(dataset, rule_of(config, data.validation_values), marks);
  } else {
    TrainingSplits held = labels_count || data.holdout <= 0
                              ? hold_out(splits.train, config)
                              : examples_held_out(splits.train, data.holdout, config.train.seed);
    splits.train = std::move(held.train);
    splits.validation = std::move(held.validation);
  }
  if (rule.by != TasksBy::label && !splits.validation.pool.empty()) {
    use_labels(splits.validation, splits.train.labels, join(data.validation, ","));
  }
  const Sentences& unknown = by_tasks ? tested : hidden;
  for (TextSplit* split : {&splits.train, &splits.validation}) {
    const std::size_t before = split->texts.size();
    if (unknown.empty() || before == 0) continue;
    *split =
        part_of(*split, [&](std::size_t i) { return !unknown.contains(sentence_of(*split, i)); });
    if (split->texts.size() != before) {
      log_info(cat(before - split->texts.size(), " texts of the ",
                   split == &splits.train ? "training" : "validation",
                   " data stand in the test data too and are left out"));
    }
  }
  splits.train = with_flips(std::move(splits.train), config);
  return splits;
}

TextSplit test_split(const RunConfig& config, const std::vector<std::string>& labels) {
  if (!names_test(config.data)) {
    throw Error(ErrorKind::usage, "there is nothing to test on", {"", 0, "test"},
                "give --test FILE, or --test-values with the labels or groups to test on");
  }
  if (config.data.test_support.empty() && !config.data.test_support_where.empty()) {
    throw Error(ErrorKind::usage, "there is no data to draw supports from",
                {"", 0, "test-support-where"}, "give --test-support FILE");
  }
  TextSplit split = raw_test_split(config);
  if (!labels.empty()) use_labels(split, labels, join(config.data.test, ","));
  return split;
}

TextSplit support_split(const RunConfig& config, const std::vector<std::string>& labels) {
  const DataOptions& data = config.data;
  TextSplit split = test_examples(config, data.test_support, data.test_support_where);
  use_labels(split, labels, join(data.test_support, ","));
  return split;
}

EpisodeShape shape_of(const EpisodeOptions& options) {
  return {options.ways,
          options.shots,
          options.queries,
          options.natural_queries,
          options.unlabelled_shots,
          options.distractors};
}

std::int64_t test_shots(const RunConfig& config) {
  return config.eval.test_shots < 0 ? config.episodes.shots : config.eval.test_shots;
}

std::int64_t test_ways(const RunConfig& config) {
  return config.eval.test_ways < 0 ? config.episodes.ways : config.eval.test_ways;
}

bool holds_episodes(const TextSplit& split, TasksBy by, EpisodeShape shape) {
  if (split.pool.empty()) return false;
  if (by != TasksBy::label) shape.ways = static_cast<std::int64_t>(split.labels.size());
  try {
    if (split.spans) return holds_span_episodes(split, by, shape);
    const EpisodeSampler sampler(split.pool, by, shape, split.labels, split.groups);
    return true;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::internal) throw;
    return false;
  }
}

}  // namespace inkling
