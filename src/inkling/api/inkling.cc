#include "inkling/api/inkling.h"

#include <algorithm>

#include "inkling/api/engine.h"
#include "inkling/api/states.h"
#include "inkling/base/strings.h"

namespace inkling {

Predictor Predictor::load(const std::filesystem::path& folder) {
  return Predictor(engine().load_predictor(folder));
}

std::vector<Prediction> Predictor::predict(const std::vector<std::string>& texts) const {
  return state_->predict(texts);
}

const std::vector<std::string>& Predictor::labels() const {
  return state_->labels();
}

Predictor Predictor::with_abstention(double probability) const {
  if (!(probability >= 0 && probability <= 1)) {
    throw Error(ErrorKind::usage, cat(probability, " is no probability"),
                {.file = {}, .line = 0, .field = "abstain"}, "give a number from 0 to 1");
  }
  return Predictor(state_->with_abstention(probability));
}

Predictor Predictor::observe(const Labelled& example) const {
  std::vector<Labelled> support = state_->support();
  support.push_back(example);
  return Predictor(state_->with_support(std::move(support)));
}

Predictor Predictor::forget(const std::string& text) const {
  std::vector<Labelled> support = state_->support();
  const auto gone = std::erase_if(support, [&](const Labelled& one) { return one.text == text; });
  if (gone == 0) {
    throw Error(ErrorKind::data, "no support text is equal to the one to forget",
                {.file = {}, .line = 0, .field = "text"});
  }
  return Predictor(state_->with_support(std::move(support)));
}

Predictor Predictor::forget_class(const std::string& label) const {
  std::vector<Labelled> support = state_->support();
  const auto gone = std::erase_if(support, [&](const Labelled& one) { return one.label == label; });
  if (gone == 0) {
    throw Error(ErrorKind::data, cat("there is no class '", label, "' to forget"),
                {.file = {}, .line = 0, .field = "label"}, known_names_hint(label, labels()));
  }
  return Predictor(state_->with_support(std::move(support)));
}

void Predictor::save(const std::filesystem::path& folder) const {
  state_->save(folder);
}

Model Model::load(const std::filesystem::path& folder) {
  return Model(engine().load_model(folder));
}

Predictor Model::adapt(const std::vector<Labelled>& support) const {
  return Predictor(state_->adapt(support));
}

}  // namespace inkling
