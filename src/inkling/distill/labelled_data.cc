#include "inkling/distill/labelled_data.h"

#include <algorithm>

#include "inkling/base/error.h"
#include "inkling/base/progress.h"
#include "inkling/base/rng.h"
#include "inkling/base/strings.h"
#include "inkling/train/held_out.h"
#include "inkling/train/streams.h"

namespace inkling::distill {
namespace {

/// Which of the split's places keep their labels: as many of each class, and no text twice.
std::vector<bool> kept_labels(const TextSplit& split, std::int64_t count, std::int64_t seed) {
  const auto classes = std::ssize(split.labels);
  std::vector<std::size_t> order(split.pool.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  Rng(stream(seed, Stream::kept)).shuffle(std::span(order));
  std::vector<std::int64_t> left(split.labels.size(), count / classes);
  std::unordered_set<std::uint64_t> texts;
  std::vector<bool> kept(split.pool.size(), false);
  for (const std::size_t i : order) {
    const PoolExample& example = split.pool[i];
    std::int64_t& more = left[static_cast<std::size_t>(example.label)];
    if (more == 0 || !texts.insert(example.text).second) continue;
    --more;
    kept[i] = true;
  }
  const auto lacking = std::ranges::find_if(left, [](std::int64_t more) { return more > 0; });
  if (lacking != left.end()) {
    const auto c = static_cast<std::size_t>(lacking - left.begin());
    throw Error(ErrorKind::data,
                cat("class '", split.labels[c], "' has ", *lacking, " texts too few for ", count,
                    " labels of ", classes, " classes"),
                {"", 0, "labels"}, "ask for fewer");
  }
  return kept;
}

}  // namespace

LabelledData labelled_data(const RunConfig& config, const DistillOptions& options) {
  LabelledData data;
  if (options.labels == 0) {
    data.splits = training_splits(config);
    return data;
  }
  RunConfig whole = config;
  whole.data.holdout = 0;
  TrainingSplits all = training_splits(whole);
  if (options.labels < std::ssize(all.train.labels)) {
    throw Error(ErrorKind::usage, "each class needs a label", {"", 0, "labels"});
  }
  const std::vector<bool> kept = kept_labels(all.train, options.labels, config.train.seed);
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (!kept[i]) data.hidden.push_back(all.train.texts[i]);
  }
  const TextSplit labelled = part_of(all.train, [&](std::size_t i) { return kept[i]; });
  const bool given = !config.data.validation.empty() || !config.data.validation_values.empty();
  if (given || config.data.holdout <= 0) {
    data.splits = {labelled, std::move(all.validation)};
  } else {
    data.splits = examples_held_out(labelled, config.data.holdout, config.train.seed);
  }
  log_info(cat(options.labels, " of the ", kept.size(), " labels are kept, ",
               data.splits.validation.pool.size(), " of them to validate the student; ",
               data.hidden.size(), " texts count as unlabelled"));
  return data;
}

std::unordered_set<std::string> test_texts(const RunConfig& config) {
  if (config.data.test.empty() && config.data.test_values.empty()) return {};
  TextSplit split = test_split(config, {});
  return {std::make_move_iterator(split.texts.begin()), std::make_move_iterator(split.texts.end())};
}

}  // namespace inkling::distill
