#include "inkling/train/step_records.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "inkling/train/streams.h"

namespace inkling {
namespace {

/// Examples of a batch that one thread computes together, whatever the number of threads.
constexpr std::int64_t kExamplesTogether = 16;

/// `record` with the queries of `others` as its support, one after the other.
Record with_support(Record record, std::vector<Record> others) {
  std::vector<Tensor> rows = {record.rows};
  for (const Record& other : others) rows.push_back(other.rows);
  const bool numbered =
      std::ranges::all_of(rows, [](const Tensor& some) { return some.defined(); });
  if (numbered) {
    record.rows = std::get<0>(at::_unique(at::cat(rows)));
    const auto renumber = [&](Batch& batch, const Tensor& own) {
      const Tensor numbers = at::searchsorted(record.rows, own);
      batch.words.ids = numbers.index_select(0, batch.words.ids);
    };
    renumber(record.query, rows[0]);
    for (std::size_t i = 0; i < others.size(); ++i) renumber(others[i].query, rows[i + 1]);
  }
  record.support = others[0].query;
  record.support_targets = others[0].query_targets;
  for (std::size_t i = 1; i < others.size(); ++i) {
    record.support = joined(record.support, others[i].query);
    record.support_targets = joined(record.support_targets, others[i].query_targets);
  }
  return record;
}

/// The record with classes that are not told.
Record without_classes(Record record) {
  const Tensor told = record.query_targets.classes;
  record.query_targets = {};
  record.query_targets.classes = at::full_like(told, -1);
  return record;
}

}  // namespace

bool passes(const Learner& learner, const EpisodeSource& source) {
  return !learner.method().traits().episodic && source.examples() > 0;
}

const std::vector<std::int64_t>& EpochOrder::of(std::int64_t epoch, std::int64_t count) {
  if (epoch == epoch_) return places_;
  epoch_ = epoch;
  places_.resize(static_cast<std::size_t>(count));
  std::iota(places_.begin(), places_.end(), 0);
  Rng(key_.fold(static_cast<std::uint64_t>(epoch))).shuffle(std::span(places_));
  return places_;
}

StepRecords::StepRecords(const Learner& learner, const EpisodeSource& source,
                         const EpisodeSource* clean, const EpisodeSource* unlabelled)
    : options_(learner.config().train),
      source_(source),
      passes_(passes(learner, source)),
      clean_(passes_ && learner.method().traits().clean > 0 ? clean : nullptr),
      clean_batch_(learner.method().traits().clean),
      unlabelled_(passes_ && learner.method().traits().unlabelled_ratio > 0 ? unlabelled : nullptr),
      unlabelled_ratio_(learner.method().traits().unlabelled_ratio),
      // What a batch's clean examples say is of all of it, and so is a loss of texts together.
      together_(clean_ != nullptr || learner.method().traits().self_supervised ? options_.batch
                                                                               : kExamplesTogether),
      order_(stream(options_.seed, Stream::order)),
      clean_order_(stream(options_.seed, Stream::clean)),
      unlabelled_order_(stream(options_.seed, Stream::beside)) {}

std::vector<Shard> StepRecords::episodes(std::int64_t step) const {
  std::vector<Shard> shards;
  const std::int64_t each = source_.uniform() ? options_.shard : 1;
  for (std::int64_t at = 0; at < options_.meta_batch; at += each) {
    std::vector<std::uint64_t> numbers(
        static_cast<std::size_t>(std::min(each, options_.meta_batch - at)));
    std::iota(numbers.begin(), numbers.end(),
              static_cast<std::uint64_t>(step * options_.meta_batch + at));
    shards.push_back(
        {[this](std::span<const std::uint64_t> some) { return source_.make(some); }, numbers});
  }
  return shards;
}

std::vector<Shard> StepRecords::batch(std::int64_t step) {
  const std::int64_t count = source_.examples();
  const std::int64_t batch = std::min(options_.batch, count);
  const std::int64_t an_epoch = (count + batch - 1) / batch;
  const auto& order = order_.of(step / an_epoch, count);
  const std::int64_t begin = step % an_epoch * batch;
  const std::int64_t end = std::min(count, begin + batch);
  const std::vector<std::int64_t> clean =
      clean_ != nullptr ? clean_places(step) : std::vector<std::int64_t>();
  std::vector<Shard> shards;
  for (std::int64_t at = begin; at < end; at += together_) {
    const std::int64_t count = std::min(end - at, together_);
    std::vector<std::int64_t> texts;
    if (unlabelled_ != nullptr) {
      texts = unlabelled_places((step * batch + at - begin) * unlabelled_ratio_,
                                count * unlabelled_ratio_);
    }
    const auto pass = [this, clean, texts](std::span<const std::uint64_t> some) {
      Record record = source_.pass(std::vector<std::int64_t>(some.begin(), some.end()));
      std::vector<Record> others;
      if (!clean.empty()) others.push_back(clean_->pass(clean));
      if (!texts.empty()) {
        const auto wanted = some.size() * static_cast<std::size_t>(unlabelled_ratio_);
        others.push_back(without_classes(unlabelled_->pass(std::span(texts).first(wanted))));
      }
      return others.empty() ? record : with_support(std::move(record), std::move(others));
    };
    shards.push_back({pass, {order.begin() + at, order.begin() + at + count}, true});
  }
  return shards;
}

std::vector<std::int64_t> StepRecords::clean_places(std::int64_t step) {
  const std::int64_t count = clean_->examples();
  const std::int64_t batch = std::min(clean_batch_, count);
  const std::int64_t an_epoch = count / batch;
  const auto& order = clean_order_.of(step / an_epoch, count);
  const auto begin = order.begin() + step % an_epoch * batch;
  return {begin, begin + batch};
}

std::vector<std::int64_t> StepRecords::unlabelled_places(std::int64_t first, std::int64_t count) {
  const std::int64_t all = unlabelled_->examples();
  std::vector<std::int64_t> places;
  for (std::int64_t number = first; number < first + count; ++number) {
    const auto& order = unlabelled_order_.of(number / all, all);
    places.push_back(order[static_cast<std::size_t>(number % all)]);
  }
  return places;
}

}  // namespace inkling
