#include "inkling/tasks/sinusoid/sinusoid.h"

#include <cmath>
#include <numbers>

#include "inkling/metrics/metrics.h"

namespace inkling::sinusoid {
namespace {

class Waves : public EpisodeSource {
 public:
  Waves(const Options& task, SourceOptions options) : task_(task), options_(std::move(options)) {}

  Record make(std::span<const std::uint64_t> numbers) const override {
    const auto count = static_cast<std::int64_t>(numbers.size());
    std::vector<double> x[2];
    std::vector<double> y[2];
    const std::int64_t units[2] = {options_.shape.shots, options_.shape.queries};
    for (const std::uint64_t number : numbers) {
      Rng rng(options_.key.fold(number));
      const double amplitude = rng.uniform(task_.amplitude_low, task_.amplitude_high);
      const double phase = rng.uniform(0, std::numbers::pi);
      for (int part = 0; part < 2; ++part) {
        for (std::int64_t i = 0; i < units[part]; ++i) {
          x[part].push_back(rng.uniform(-task_.range, task_.range));
          y[part].push_back(amplitude * std::sin(x[part].back() - phase));
        }
      }
    }
    const auto tensor = [&](const std::vector<double>& values, std::int64_t size) {
      return tensor_of(values).reshape({count, size, 1}).to(options_.device, options_.dtype);
    };
    Record record;
    record.support = {count, units[0], {}, tensor(x[0], units[0])};
    record.support_targets = {{}, tensor(y[0], units[0])};
    record.query = {count, units[1], {}, tensor(x[1], units[1])};
    record.query_targets = {{}, tensor(y[1], units[1])};
    return record;
  }

 private:
  Options task_;
  SourceOptions options_;
};

class Sinusoid : public Task {
 public:
  explicit Sinusoid(const Options& options) : options_(options) {}

  bool reads_text() const override { return false; }
  std::int64_t inputs() const override { return 1; }
  HeadShape head(std::int64_t) const override { return {1, LossKind::squared_error}; }
  std::unique_ptr<EpisodeSource> source(SourceOptions options) const override {
    return std::make_unique<Waves>(options_, std::move(options));
  }
  std::string metric() const override { return "mse"; }
  bool higher_is_better() const override { return false; }

  double measure(const EpisodeResult& result) const override {
    double sum = 0;
    for (std::size_t i = 0; i < result.truth.size(); ++i) {
      sum += (result.scores[i] - result.truth[i]) * (result.scores[i] - result.truth[i]);
    }
    return sum / static_cast<double>(result.truth.size());
  }

  nlohmann::json report(std::span<const EpisodeResult> results, std::span<const std::string>,
                        double, double) const override {
    std::vector<double> values;
    for (const EpisodeResult& result : results) values.push_back(measure(result));
    const Estimate mse = estimate_of(values);
    return {{"metrics", {{"mse", {{"value", mse.value}, {"ci95", mse.ci95}}}}},
            {"episodes", results.size()}};
  }

 private:
  Options options_;
};

}  // namespace

std::unique_ptr<Task> make(const Options& options) {
  return std::make_unique<Sinusoid>(options);
}

}  // namespace inkling::sinusoid
