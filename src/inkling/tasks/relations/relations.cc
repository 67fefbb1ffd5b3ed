#include "inkling/tasks/relations/relations.h"

#include "inkling/data/relation_examples.h"
#include "inkling/metrics/directed_relations.h"
#include "inkling/tasks/text_classes.h"
#include "inkling/tasks/text_episodes.h"

namespace inkling::relations {
namespace {

class Relations : public TextClasses {
 public:
  explicit Relations(const Options& options) : options_(options) {}

  bool reads_pairs() const override { return true; }
  Dataset examples(Dataset data) const override { return relation_examples(data, options_.window); }
  std::unique_ptr<EpisodeSource> source(SourceOptions options) const override {
    return text_episodes(std::move(options),
                         {options_.none_of_the_above, !options_.descriptions.empty()});
  }

 protected:
  void add_scores(std::span<const Answers> answers, std::span<const std::string> labels,
                  double temperature, double abstain, nlohmann::json& report) const override {
    add_directed_score(answers, labels, temperature, abstain, report);
  }

 private:
  Options options_;
};

}  // namespace

std::unique_ptr<Task> make(const Options& options) {
  return std::make_unique<Relations>(options);
}

}  // namespace inkling::relations
