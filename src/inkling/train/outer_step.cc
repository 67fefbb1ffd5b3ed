#include "inkling/train/outer_step.h"

#include <algorithm>
#include <cmath>

#include "inkling/base/error.h"
#include "inkling/optim/adam_step.h"
#include "inkling/tensor/all_finite.h"

namespace inkling {

namespace {

/// What one thread computes of a batch: sums, not yet means.
struct Part {
  double loss = 0;
  double weight = 0;
  std::optional<double> taught;
  std::vector<Gradient> gradients;

  bool finite() const {
    return std::isfinite(loss) && std::ranges::all_of(gradients, [](const Gradient& gradient) {
             return all_finite(gradient.value);
           });
  }
};

/// @param numbers  some of shard `i`'s
Part part_of(const Learner& learner, const Params& meta, const Shard& shard,
             std::span<const std::uint64_t> numbers, const StepCourse& course, std::size_t i) {
  const Record record = shard.make(numbers);
  const Params local = localised(learner, meta, record, true);
  Context context = learner.context();
  context.key = course.key.fold(static_cast<std::uint64_t>(i));
  context.training = true;
  context.progress = course.progress;
  const auto found = learner.method().meta_gradient(learner.model(), local, record, context);
  const double each = shard.examples ? static_cast<double>(numbers.size()) : 1;
  Part part;
  part.loss = each * found.losses.sum().to(at::kDouble).item<double>();
  part.weight = each * static_cast<double>(found.losses.numel());
  if (found.taught.defined()) {
    part.taught = each * found.taught.sum().to(at::kDouble).item<double>();
  }
  std::size_t at = 0;
  for (const auto& [name, value] : local) {
    if (!value.requires_grad()) continue;
    const Tensor& gradient = found.gradients.at(at++);
    part.gradients.push_back({each == 1 ? gradient : gradient * each,
                              has_table_rows(learner.model(), name) ? record.rows : Tensor()});
  }
  return part;
}

/// Whether these numbers have a loss and gradient that are numbers.
bool sound(const Learner& learner, const Params& meta, const Shard& shard,
           std::span<const std::uint64_t> numbers, const StepCourse& course, std::size_t i) {
  try {
    return part_of(learner, meta, shard, numbers, course, i).finite();
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::numeric) return false;
    throw;
  }
}

}  // namespace

Params trained_part(const Learner& learner, const Params& meta) {
  return meta.where(
      [&](const std::string& name) { return learner.method().trains(learner.model(), name); });
}

bool MeanGradient::finite() const {
  return std::isfinite(loss) && std::ranges::all_of(gradients, [](const auto& entry) {
           return all_finite(entry.second.value);
         });
}

MeanGradient mean_gradient(const Learner& learner, const Params& meta,
                           std::span<const Shard> shards, const StepCourse& course,
                           Workers& workers) {
  std::vector<Part> parts(shards.size());
  workers.run(static_cast<std::int64_t>(shards.size()), [&](std::int64_t at) {
    const auto i = static_cast<std::size_t>(at);
    if (shards[i].numbers.empty()) return;
    parts[i] = part_of(learner, meta, shards[i], shards[i].numbers, course, i);
  });
  std::erase_if(parts, [](const Part& part) { return part.gradients.empty(); });
  MeanGradient mean;
  double weight = 0;
  for (const Part& part : parts) {
    mean.loss += part.loss;
    weight += part.weight;
    if (part.taught) mean.taught = mean.taught.value_or(0) + *part.taught;
  }
  mean.loss /= weight;
  if (mean.taught) *mean.taught /= weight;
  for (std::size_t leaf_at = 0; const std::string& name : trained_part(learner, meta).names()) {
    std::vector<Gradient> of_leaf;
    for (const Part& part : parts) of_leaf.push_back(part.gradients[leaf_at]);
    mean.gradients.set(name, mean_of(of_leaf, weight, [&](std::int64_t count, const auto& body) {
                         workers.run(count, body);
                       }));
    ++leaf_at;
  }
  return mean;
}

std::vector<std::uint64_t> unsound_numbers(const Learner& learner, const Params& meta,
                                           std::span<const Shard> shards, const StepCourse& course,
                                           Workers& workers) {
  std::vector<std::vector<std::uint64_t>> found(shards.size());
  workers.run(static_cast<std::int64_t>(shards.size()), [&](std::int64_t at) {
    const auto i = static_cast<std::size_t>(at);
    const Shard& shard = shards[i];
    const std::span<const std::uint64_t> all = shard.numbers;
    if (all.empty() || sound(learner, meta, shard, all, course, i)) return;
    for (std::size_t n = 0; n < all.size(); ++n) {
      if (!sound(learner, meta, shard, all.subspan(n, 1), course, i)) found[i].push_back(all[n]);
    }
    if (found[i].empty()) found[i] = shard.numbers;
  });
  std::vector<std::uint64_t> numbers;
  for (const auto& part : found) numbers.insert(numbers.end(), part.begin(), part.end());
  std::ranges::sort(numbers);
  return numbers;
}

std::vector<Shard> without(std::span<const Shard> shards, std::span<const std::uint64_t> numbers) {
  std::vector<Shard> rest(shards.begin(), shards.end());
  for (Shard& shard : rest) {
    std::erase_if(shard.numbers, [&](std::uint64_t number) {
      return std::ranges::find(numbers, number) != numbers.end();
    });
  }
  return rest;
}

OuterOptimiser::OuterOptimiser(const TrainOptions& options, std::int64_t steps,
                               const LinearInput* input, const Method* method)
    : options_(options),
      input_(input),
      method_(method),
      schedule_(schedule_named(options.schedule, steps)) {}

void OuterOptimiser::step(const Params& params, TransformState& state, const Gradients& gradients,
                          const ForEach& for_each) const {
  const torch::autograd::AutoGradMode off(false);
  AdamStep how;
  how.step = state.step;
  how.lazy = options_.lazy_adam;
  how.learning_rate = schedule_(state.step) * options_.learning_rate;
  how.decay = how.learning_rate * options_.weight_decay;
  if (options_.clip > 0) {
    double square = 0;
    for (const auto& [name, gradient] : gradients) {
      square += gradient.value.square().sum().to(at::kDouble).item<double>();
    }
    how.gradient_factor = std::min(1.0, options_.clip / std::sqrt(square));
  }
  for (const auto& [name, gradient] : gradients) {
    AdamStep own = how;
    const double speed = method_ == nullptr ? 1 : method_->speed(name);
    own.learning_rate *= speed;
    own.decay *= speed;
    if (input_ != nullptr && name == input_->weight()) own.fixed_columns = input_->fixed_columns();
    adam_step(params.at(name), state.slots.at(0).at(name), state.slots.at(1).at(name), gradient,
              own, for_each);
  }
  ++state.step;
}

}  // namespace inkling
