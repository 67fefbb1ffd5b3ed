#include <cmath>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/bilevel/implicit/solver.h"

namespace inkling {
namespace {

class Neumann : public Solver {
 public:
  explicit Neumann(NeumannOptions options) : options_(options) {
    if (options.rate < 0 || options.terms < 0) {
      throw Error(ErrorKind::usage, "Neumann's series has a positive rate, or 0 to have it chosen");
    }
  }
  std::string name() const override { return "Neumann series"; }

  Solution solve(const Curvature& curvature, const Params& v) const override {
    Solution found;
    const double largest = largest_curvature(curvature, options_.power_iterations, options_.key);
    if (!(largest > 0) || !std::isfinite(largest)) {
      throw Error(ErrorKind::numeric, cat("the largest curvature of the inner loss is ", largest),
                  {}, "a loss without curvature has no optimum: add L2 or damping");
    }
    found.largest_curvature = largest;
    const double rate = rate_for(largest, found);
    found.rate = rate;
    Params term = v;
    found.x = rate * v;
    const double of_v = std::sqrt(dot(v, v));
    double size = of_v;
    while (true) {
      // The next term is what the series so far leaves of v.
      term = term + -rate * curvature.times(term);
      const double next = std::sqrt(dot(term, term));
      if (!(next <= size * kGrowth)) {
        throw Error(
            ErrorKind::numeric,
            cat("Neumann's series grows at term ", found.iterations + 1, " with rate ", rate),
            {"", 0, "rate"},
            "the inner loss curves down somewhere: the point is no minimum, or damping is "
            "needed");
      }
      size = next;
      if (found.iterations == options_.terms) break;
      found.x = found.x + rate * term;
      ++found.iterations;
    }
    found.residual = size / of_v;
    return found;
  }

 private:
  /// Rounding may make a term larger than the one before, and nothing else with a rate that fits.
  static constexpr double kGrowth = 1.001;

  double rate_for(double largest, Solution& found) const {
    if (options_.rate <= 0) return 1 / largest;
    if (options_.rate < 2 / largest) return options_.rate;
    const std::string what = cat("with rate ", options_.rate,
                                 " Neumann's series diverges: the largest curvature is ", largest);
    if (options_.diverging == NeumannOptions::Diverging::refuse) {
      throw Error(ErrorKind::numeric, what, {"", 0, "rate"},
                  cat("a rate below ", 2 / largest, ", or 0 to have it chosen"));
    }
    found.rescaled = true;
    found.remarks.push_back(cat(what, "; ", 1 / largest, " was taken"));
    return 1 / largest;
  }

  NeumannOptions options_;
};

}  // namespace

SolverPtr neumann(NeumannOptions options) {
  return std::make_shared<Neumann>(options);
}

}  // namespace inkling
