// inkling for C++ programs: load a meta-trained model, adapt it to a few labelled texts, predict.
//
//   auto model = inkling::Model::load("models/reviews");
//   auto predictor = model.adapt({{"loved it", "positive"}, {"broke at once", "negative"}, ...});
//   for (const auto& p : predictor.predict({"works like a charm"})) std::cout << p.label << "\n";
//
// Needs no libtorch headers. The engine library is loaded by the first call that computes; every
// call throws inkling::Error, which says what, where and what to do.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "inkling/base/error.h"

namespace inkling {

/// A text and the name of its class; of a model that finds spans, a text that marks them
/// ("[Ada](person) lives in [New York](city)") and no name.
struct Labelled {
  std::string text;
  std::string label;  ///< empty where a text of a support comes without
};

/// A piece of a text that is of a type: an entity.
struct LabelledRange {
  std::int64_t begin = 0;  ///< bytes [begin, end) of the text
  std::int64_t end = 0;
  std::string label;
  double probability = 0;  ///< calibrated, of the least likely of its words
};

/// The answer for one text.
struct Prediction {
  std::string label;       ///< the likeliest class, or "none" where the predictor abstains; of a
                           ///< model that finds spans, the text with them marked: [Paris](city)
  double probability = 0;  ///< calibrated, of the likeliest class, in [0, 1]; of spans, of the
                           ///< least likely one, 1 where there is none
  std::vector<std::pair<std::string, double>>
      scores;  ///< every class and its probability, in label order
  /// In the order of the text, of a model that finds spans.
  std::optional<std::vector<LabelledRange>> spans = {};
};

class PredictorState;
class ModelState;

/// An adapted model. Immutable: observe and forget return another one. Safe to use from several
/// threads.
class Predictor {
 public:
  /// @throws Error io or data, when the folder is missing, altered, or of another version
  static Predictor load(const std::filesystem::path& folder);

  std::vector<Prediction> predict(const std::vector<std::string>& texts) const;

  const std::vector<std::string>& labels() const;
  /// Answers below this probability become "none". 0 never abstains.
  Predictor with_abstention(double probability) const;
  /// As if `example` had been among the support.
  Predictor observe(const Labelled& example) const;
  /// As if no support text equal to `text` had been there.
  Predictor forget(const std::string& text) const;
  /// As if class `label` had not been there.
  Predictor forget_class(const std::string& label) const;

  /// Writes a new version into `folder` and makes it current in one step.
  void save(const std::filesystem::path& folder) const;

  explicit Predictor(std::shared_ptr<const PredictorState> state) : state_(std::move(state)) {}

 private:
  std::shared_ptr<const PredictorState> state_;
};

/// What meta-training left: it knows how to learn, not yet what.
class Model {
 public:
  static Model load(const std::filesystem::path& folder);

  /// Learns the classes of `support` from its few examples. Those without a label are for methods
  /// that take unlabelled examples.
  /// @throws Error data, when there are fewer than two classes or the method cannot learn from so
  /// few; where one example is at fault, its number from 1 stands as the line
  Predictor adapt(const std::vector<Labelled>& support) const;

  explicit Model(std::shared_ptr<const ModelState> state) : state_(std::move(state)) {}

 private:
  std::shared_ptr<const ModelState> state_;
};

}  // namespace inkling
