// Episodes of sentences with spans: sampled by number, gathered from the token table, a class a
// word.
#include "bench/side.h"
#include "inkling/base/strings.h"
#include "inkling/tasks/tagged_episodes.h"
#include "inkling/tensor/params_file.h"

namespace inkling::bench {
namespace {

constexpr std::uint64_t kEpisodes = 1000;  ///< a run

class SpanEpisodes : public Case {
 public:
  explicit SpanEpisodes(const Params& arrays) {
    const Tensor ids = arrays.at("ids").to(at::kInt);
    const Tensor& offsets = arrays.at("offsets");
    const auto* id = ids.const_data_ptr<std::int32_t>();
    const auto* offset = offsets.const_data_ptr<std::int64_t>();
    text_.table.ids.assign(id, id + ids.numel());
    text_.table.offsets.assign(offset, offset + offsets.numel());
    for (std::int64_t i = 0; i < text_.table.size(); ++i) {
      text_.table.word_counts.push_back(static_cast<std::int32_t>(offset[i + 1] - offset[i]));
    }
    for (std::int64_t type = 0; type < kTypes; ++type) text_.labels.push_back(cat("type ", type));
    text_.spans.resize(static_cast<std::size_t>(text_.table.size()));
    const Tensor spans = arrays.at("spans").contiguous();
    const auto* span = spans.const_data_ptr<std::int64_t>();
    for (std::int64_t i = 0; i < spans.size(0); ++i, span += 4) {
      text_.spans[static_cast<std::size_t>(span[0])].push_back(
          {span[1], span[2], text_.labels[static_cast<std::size_t>(span[3])]});
      text_.pool.push_back(
          {span[0], static_cast<std::int32_t>(span[3]), 0, static_cast<std::uint64_t>(span[0])});
    }
    SourceOptions options;
    options.text = &text_;
    options.by = TasksBy::label;
    options.shape = EpisodeShape{5, 1, 1};
    options.key = Key{1};
    options.rows = ids.max().item<std::int32_t>() + 1;
    source_ = tagged_episodes(std::move(options));
  }

  void run() override {
    for (std::uint64_t i = 0; i < kEpisodes; ++i, ++next_) {
      last_ = source_->make(std::span(&next_, 1));
    }
  }

  Params result() const override {
    return {{"support", last_.support.words.ids.clone()}, {"query", last_.query.words.ids.clone()}};
  }

 private:
  static constexpr std::int64_t kTypes = 36;
  TextData text_;
  std::unique_ptr<EpisodeSource> source_;
  std::uint64_t next_ = 0;
  Record last_;
};

}  // namespace

std::unique_ptr<Case> span_episodes(const std::string& inputs) {
  return std::make_unique<SpanEpisodes>(load_params(inputs));
}

}  // namespace inkling::bench
