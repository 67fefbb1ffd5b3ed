#include "inkling/train/step_records.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "inkling/train/streams.h"

namespace inkling {
namespace {

/// Examples of a batch that one thread computes together, whatever the number of threads.
constexpr std::int64_t kExamplesTogether = 16;

/// `record` with the query of `other` as its support.
Record with_support(Record record, const Record& other) {
  record.support = other.query;
  record.support_targets = other.query_targets;
  if (!record.rows.defined() || !other.rows.defined()) return record;
  const Tensor own = record.rows;
  record.rows = std::get<0>(at::_unique(at::cat({own, other.rows})));
  const auto renumber = [&](Batch& batch, const Tensor& rows) {
    const Tensor numbers = at::searchsorted(record.rows, rows);
    batch.words.ids = numbers.index_select(0, batch.words.ids);
  };
  renumber(record.query, own);
  renumber(record.support, other.rows);
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
                         const EpisodeSource* clean)
    : options_(learner.config().train),
      source_(source),
      passes_(passes(learner, source)),
      clean_(passes_ && learner.method().traits().clean > 0 ? clean : nullptr),
      clean_batch_(learner.method().traits().clean),
      order_(stream(options_.seed, Stream::order)),
      clean_order_(stream(options_.seed, Stream::clean)) {}

std::vector<Shard> StepRecords::episodes(std::int64_t step) const {
  std::vector<Shard> shards;
  for (std::int64_t at = 0; at < options_.meta_batch; at += options_.shard) {
    std::vector<std::uint64_t> numbers(
        static_cast<std::size_t>(std::min(options_.shard, options_.meta_batch - at)));
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
  if (clean_ != nullptr) return {weighed({order.begin() + begin, order.begin() + end}, step)};
  std::vector<Shard> shards;
  for (std::int64_t at = begin; at < end; at += kExamplesTogether) {
    const auto pass = [this](std::span<const std::uint64_t> some) {
      return source_.pass(std::vector<std::int64_t>(some.begin(), some.end()));
    };
    shards.push_back(
        {pass, {order.begin() + at, order.begin() + std::min(end, at + kExamplesTogether)}, true});
  }
  return shards;
}

Shard StepRecords::weighed(std::vector<std::uint64_t> numbers, std::int64_t step) {
  const std::int64_t count = clean_->examples();
  const std::int64_t batch = std::min(clean_batch_, count);
  const std::int64_t an_epoch = count / batch;
  const auto& order = clean_order_.of(step / an_epoch, count);
  const auto begin = order.begin() + step % an_epoch * batch;
  const auto pass = [this, places = std::vector<std::int64_t>(begin, begin + batch)](
                        std::span<const std::uint64_t> some) {
    return with_support(source_.pass(std::vector<std::int64_t>(some.begin(), some.end())),
                        clean_->pass(places));
  };
  return {pass, std::move(numbers), true};
}

}  // namespace inkling
