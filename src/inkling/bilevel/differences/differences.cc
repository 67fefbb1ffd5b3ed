#include "inkling/bilevel/differences/differences.h"

#include <algorithm>
#include <cmath>

namespace inkling {
namespace {

class CentralDifferences : public Estimator {
 public:
  explicit CentralDifferences(double share) : share_(share) {}
  std::string name() const override { return "central differences"; }

  Hypergradient estimate(const InnerProblem& problem, const Objective& objective,
                         const Hyper& hyper) const override {
    Hypergradient found = trained(problem, objective, hyper);
    for (const auto& [name, value] : hyper) {
      std::vector<double> slopes;
      for (std::int64_t i = 0; i < value.numel(); ++i) {
        const double x = value.detach().reshape({-1})[i].item<double>();
        const double step = share_of(value) * std::max(std::abs(x), .01);
        const auto at_distance = [&](double distance) {
          Tensor moved = value.detach().clone().contiguous();
          moved.view(-1)[i] += distance;
          Hyper with = hyper;
          with.set(name, moved);
          const Hypergradient run = trained(problem, objective, with);
          found.cost.steps += run.cost.steps;
          // What the type made of the distance is what was moved.
          return std::pair(run.objective, moved.view(-1)[i].item<double>());
        };
        const auto [above, right] = at_distance(step);
        const auto [below, left] = at_distance(-step);
        slopes.push_back((above - below) / (right - left));
      }
      found.gradient.set(name, tensor_of(slopes).reshape(value.sizes()).to(value.options()));
    }
    conclude(found, this->name());
    return found;
  }

 private:
  double share_of(const Tensor& value) const {
    if (share_ > 0) return share_;
    return value.scalar_type() == at::kDouble ? 6e-6 : 5e-3;
  }

  double share_;
};

}  // namespace

EstimatorPtr central_differences(double share) {
  return std::make_shared<CentralDifferences>(share);
}

}  // namespace inkling
