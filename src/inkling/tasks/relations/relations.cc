#include "inkling/tasks/relations/relations.h"

#include "inkling/data/relation_examples.h"
#include "inkling/tasks/text_classes.h"

namespace inkling::relations {
namespace {

class Relations : public TextClasses {
 public:
  explicit Relations(const Options& options) : options_(options) {}

  bool reads_pairs() const override { return true; }
  Dataset examples(Dataset data) const override { return relation_examples(data, options_.window); }

 private:
  Options options_;
};

}  // namespace

std::unique_ptr<Task> make(const Options& options) {
  return std::make_unique<Relations>(options);
}

}  // namespace inkling::relations
