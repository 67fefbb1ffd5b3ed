#include "inkling/optim/adam_course.h"

#include <cmath>
#include <utility>

namespace inkling {
namespace {

std::size_t place(std::int64_t i) {
  return static_cast<std::size_t>(i);
}

}  // namespace

AdamCourse::AdamCourse(double beta1, double beta2, double epsilon, std::vector<double> rates)
    : beta1_(beta1), beta2_(beta2), epsilon_(epsilon), rates_(std::move(rates)) {
  double first = 1;
  double second = 1;
  for (std::size_t i = 0; i <= rates_.size(); ++i) {
    first_.push_back(first);
    second_.push_back(second);
    root_.push_back(std::sqrt(second));
    first *= beta1;
    second *= beta2;
    share_.push_back(1 / (1 - first));
    scale_.push_back(1 / std::sqrt(1 - second));
  }
}

void AdamCourse::rests(std::int64_t since, std::int64_t until, double smallest,
                       std::vector<Rest>& made) const {
  made.clear();
  for (std::size_t s = place(since); s < place(until); ++s) {
    const std::size_t j = s - place(since) + 1;
    if (first_[j] < smallest) break;
    const double share = first_[j] * share_[s];
    made.push_back({share, rates_[s] * share, root_[j] * scale_[s]});
  }
}

}  // namespace inkling
