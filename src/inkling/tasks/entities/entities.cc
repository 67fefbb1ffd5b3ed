#include "inkling/tasks/entities/entities.h"

#include "inkling/data/span_examples.h"
#include "inkling/tasks/tagged_episodes.h"
#include "inkling/tasks/tagged_texts.h"

namespace inkling::entities {
namespace {

class Entities : public TaggedTexts {
 public:
  explicit Entities(const Options& options) {
    decoding_.viterbi = options.decode == "viterbi";
    decoding_.sharpness = options.sharpness;
    if (!options.transitions.empty()) {
      decoding_.transitions = AbstractTransitions::of_text(options.transitions);
    }
  }

  Dataset examples(Dataset data) const override { return span_examples(data); }
  std::vector<std::int32_t> tags(const EpisodeResult& result, std::span<const std::string>,
                                 std::int32_t outside) const override {
    return decoded(decoding_, result.scores, result.outputs, result.offsets, outside);
  }
  std::map<std::string, std::string> learned_options(const TextData& train) const override {
    std::vector<std::vector<Span>> spans;
    std::vector<std::int64_t> words;
    for (const SpanExample& sentence : span_pool(train.pool, train.spans, train.labels, true)) {
      spans.push_back(train.spans[static_cast<std::size_t>(sentence.index)]);
      words.push_back(std::ssize(train.table[sentence.index]));
    }
    return {{"transitions", AbstractTransitions::counted(spans, words).text()}};
  }

 private:
  TagDecoding decoding_;
};

}  // namespace

std::unique_ptr<Task> make(const Options& options) {
  return std::make_unique<Entities>(options);
}

}  // namespace inkling::entities
