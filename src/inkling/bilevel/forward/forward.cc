#include "inkling/bilevel/forward/forward.h"

#include "inkling/bilevel/forward/tangents.h"

namespace inkling {
namespace {

class Forward : public Estimator {
 public:
  std::string name() const override { return "forward mode"; }

  Hypergradient estimate(const InnerProblem& problem, const Objective& objective,
                         const Hyper& hyper) const override {
    const Hyper plain = detached(hyper);
    Hypergradient found;
    found.gradient =
        plain.map([](const std::string&, const Tensor& value) { return at::zeros_like(value); });
    Tangents tangents(problem, plain);
    for (std::int64_t t = 0; t < problem.steps; ++t) {
      tangents.look(plain);
      found.losses.push_back(tangents.loss());
      const double weight = objective.history ? objective.history(t) : 0;
      if (weight != 0) found.gradient = found.gradient + weight * tangents.of_loss();
      tangents.update(plain);
    }
    found.last = tangents.state();
    const LastValue last = last_value(problem, objective, found.last.params, plain);
    found.objective = last.value + history_value(objective, found.losses);
    if (objective.loss) {
      found.gradient = found.gradient + last.of_hyper + tangents.along(last.of_params);
    }
    found.cost.steps = problem.steps;
    found.cost.products = tangents.products();
    conclude(found, name());
    return found;
  }
};

}  // namespace

EstimatorPtr forward() {
  return std::make_shared<Forward>();
}

}  // namespace inkling
