// Episodes with their token arrays: sampled by number and gathered from the token table.
#include "bench/side.h"
#include "inkling/base/strings.h"
#include "inkling/tasks/text_records.h"
#include "inkling/tensor/params_file.h"

namespace inkling::bench {
namespace {

constexpr std::uint64_t kEpisodes = 1000;  ///< a run
constexpr std::uint64_t kTogether = 2;     ///< in a record, as training has them (--shard)

class Episodes : public Case {
 public:
  Episodes(const Params& arrays, EpisodeShape shape, Ids meaning) : of_ids_(meaning) {
    const Tensor ids = arrays.at("ids").to(at::kInt);
    const Tensor& offsets = arrays.at("offsets");
    const Tensor& labels = arrays.at("labels");
    const auto* id = ids.const_data_ptr<std::int32_t>();
    const auto* offset = offsets.const_data_ptr<std::int64_t>();
    const auto* label = labels.const_data_ptr<std::int64_t>();
    table_.ids.assign(id, id + ids.numel());
    table_.offsets.assign(offset, offset + offsets.numel());
    std::vector<PoolExample> pool;
    std::int64_t classes = 0;
    for (std::int64_t text = 0; text < table_.size(); ++text) {
      table_.word_counts.push_back(static_cast<std::int32_t>(offset[text + 1] - offset[text]));
      pool.push_back(
          {text, static_cast<std::int32_t>(label[text]), 0, static_cast<std::uint64_t>(text)});
      classes = std::max(classes, label[text] + 1);
    }
    if (const Tensor* pairs = arrays.find("pairs")) {
      const Tensor marks = pairs->to(at::kInt).contiguous();
      const auto* mark = marks.const_data_ptr<std::int32_t>();
      for (std::int64_t text = 0; text < table_.size(); ++text, mark += 4) {
        table_.pairs.push_back({mark[0], mark[1], mark[2], mark[3]});
      }
    }
    std::vector<std::string> names;
    for (std::int64_t i = 0; i < classes; ++i) names.push_back(cat("class ", i));
    sampler_ = std::make_unique<EpisodeSampler>(pool, TasksBy::label, shape, names,
                                                std::vector<std::string>{});
    records_ = std::make_unique<TextRecords>(
        table_, TextWeights{}, ids.max().item<std::int32_t>() + 1, at::kFloat, at::kCPU);
  }

  void run() override {
    for (std::uint64_t i = 0; i < kEpisodes; i += kTogether) {
      for (Episode& episode : episodes_) sampler_->at(Key{1}, next_++, episode);
      last_ = records_->make(episodes_, 5, of_ids_);
    }
  }

  Params result() const override {
    const auto rows = [&](const Tensor& ids) {
      return last_.rows.defined() ? last_.rows.index_select(0, ids) : ids.clone();
    };
    return {{"support", rows(last_.support.words.ids)}, {"query", rows(last_.query.words.ids)}};
  }

 private:
  Ids of_ids_;
  TokenTable table_;
  std::unique_ptr<EpisodeSampler> sampler_;
  std::unique_ptr<TextRecords> records_;
  std::vector<Episode> episodes_{kTogether};
  std::uint64_t next_ = 0;
  Record last_;
};

}  // namespace

std::unique_ptr<Case> episodes(const std::string& inputs, bool numbered) {
  const Params arrays = load_params(inputs);
  const std::int64_t queries = arrays.find("pairs") == nullptr ? 15 : 5;
  return std::make_unique<Episodes>(arrays, EpisodeShape{5, 5, queries},
                                    numbered ? Ids::numbers : Ids::rows);
}

}  // namespace inkling::bench
