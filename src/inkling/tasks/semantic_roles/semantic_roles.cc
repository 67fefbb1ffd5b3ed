#include "inkling/tasks/semantic_roles/semantic_roles.h"

#include "inkling/data/role_examples.h"
#include "inkling/data/span_examples.h"
#include "inkling/metrics/role_scores.h"
#include "inkling/tasks/role_decoding.h"
#include "inkling/tasks/tagged_texts.h"

namespace inkling::semantic_roles {
namespace {

class Roles : public TaggedTexts {
 public:
  explicit Roles(const Options& options) : constrained_(options.decode == "constrained") {}

  bool reads_pairs() const override { return true; }
  Dataset examples(Dataset data) const override { return role_examples(data); }
  std::string text_of(const Example& example) const override { return role_text_of(example); }
  std::vector<std::int32_t> tags(const EpisodeResult& result, std::span<const std::string> names,
                                 std::int32_t outside) const override {
    if (constrained_ && std::ssize(names) == result.outputs) {
      return decoded_roles(result.scores, names, result.offsets, result.begins, outside);
    }
    std::vector<std::int32_t> tags =
        decoded({}, result.scores, result.outputs, result.offsets, outside);
    for (std::size_t i = 0; i < result.begins.size(); ++i) {
      if (result.begins[i] == kPredicate) tags[i] = outside;
    }
    return tags;
  }
  std::vector<SpanMeasure> measures() const override {
    return {{"core", core_role_rule()}, {"", role_rule()}};
  }

 private:
  bool constrained_;
};

/// Which words are predicates.
class Predicates : public TaggedTexts {
 public:
  Dataset examples(Dataset data) const override { return span_examples(predicate_spans(data)); }
  std::vector<std::int32_t> tags(const EpisodeResult& result, std::span<const std::string>,
                                 std::int32_t outside) const override {
    return decoded({}, result.scores, result.outputs, result.offsets, outside);
  }
  bool single_words() const override { return true; }
};

}  // namespace

std::unique_ptr<Task> make(const Options& options) {
  if (options.predicates == "detect") return std::make_unique<Predicates>();
  return std::make_unique<Roles>(options);
}

}  // namespace inkling::semantic_roles
