#include "inkling/tasks/entities/entities.h"

#include "inkling/data/span_examples.h"
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
  TagDecoding decoding() const override { return decoding_; }

 private:
  TagDecoding decoding_;
};

}  // namespace

std::unique_ptr<Task> make(const Options& options) {
  return std::make_unique<Entities>(options);
}

}  // namespace inkling::entities
