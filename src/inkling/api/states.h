// What stands behind Model and Predictor: implemented in the engine library.
#pragma once

#include <memory>

#include "inkling/api/inkling.h"

namespace inkling {

class PredictorState {
 public:
  virtual ~PredictorState() = default;
  virtual std::vector<Prediction> predict(const std::vector<std::string>& texts) const = 0;
  virtual const std::vector<std::string>& labels() const = 0;
  virtual std::shared_ptr<const PredictorState> with_abstention(double probability) const = 0;
  virtual std::shared_ptr<const PredictorState> with_support(
      std::vector<Labelled> support) const = 0;
  virtual const std::vector<Labelled>& support() const = 0;
  virtual void save(const std::filesystem::path& folder) const = 0;
};

class ModelState {
 public:
  virtual ~ModelState() = default;
  virtual std::shared_ptr<const PredictorState> adapt(std::vector<Labelled> support) const = 0;
};

}  // namespace inkling
