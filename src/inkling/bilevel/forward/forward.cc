#include "inkling/bilevel/forward/forward.h"

#include "inkling/bilevel/forward/row_tangents.h"
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
    const auto add = [&](std::int64_t t, const auto& of_loss) {
      const double weight = objective.history ? objective.history(t) : 0;
      if (weight != 0) found.gradient = found.gradient + weight * of_loss();
    };
    const auto end = [&](const auto& tangents) {
      const LastValue last = last_value(problem, objective, found.last.params, plain);
      found.objective = last.value + history_value(objective, found.losses);
      if (!objective.loss) return;
      found.gradient = found.gradient + last.of_hyper + tangents.along(last.of_params);
    };
    if (carries_by_rows(problem, plain)) {
      RowTangents tangents(problem, plain);
      for (std::int64_t t = 0; t < problem.steps; ++t) {
        found.losses.push_back(tangents.step());
        add(t, [&] { return tangents.of_loss(); });
      }
      found.last = tangents.last();
      end(tangents);
    } else {
      Tangents tangents(problem, plain);
      for (std::int64_t t = 0; t < problem.steps; ++t) {
        tangents.look(plain);
        found.losses.push_back(tangents.loss());
        add(t, [&] { return tangents.of_loss(); });
        tangents.update(plain);
      }
      found.last = tangents.state();
      end(tangents);
    }
    found.cost.steps = problem.steps;
    found.cost.products = problem.steps * numbers_in(plain);
    conclude(found, name());
    return found;
  }
};

}  // namespace

EstimatorPtr forward() {
  return std::make_shared<Forward>();
}

}  // namespace inkling
