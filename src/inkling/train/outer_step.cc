#include "inkling/train/outer_step.h"

#include <optional>

#include "inkling/base/error.h"

namespace inkling {

Params trained_part(const Learner& learner, const Params& meta) {
  return meta.where(
      [&](const std::string& name) { return learner.method().trains(learner.model(), name); });
}

MeanGradient mean_gradient(const Learner& learner, const Params& meta,
                           std::span<const Shard> shards, Key key, Workers& workers) {
  struct Part {
    double loss = 0;
    double weight = 0;
    std::vector<Gradient> gradients;
  };
  std::vector<Part> parts(shards.size());
  const std::string table = learner.model().table();
  const Params trained = trained_part(learner, meta);
  workers.run(static_cast<std::int64_t>(shards.size()), [&](std::int64_t i) {
    const Shard& shard = shards[static_cast<std::size_t>(i)];
    const Record record = shard.make();
    const Params local = localised(learner, meta, record, true);
    Context context = learner.context();
    context.key = key.fold(static_cast<std::uint64_t>(i));
    context.training = true;
    const auto found = learner.method().meta_gradient(learner.model(), local, record, context);
    Part& part = parts[static_cast<std::size_t>(i)];
    part.loss = shard.weight * found.losses.sum().to(at::kDouble).item<double>();
    part.weight = shard.weight * static_cast<double>(found.losses.numel());
    std::size_t at = 0;
    for (const auto& [name, value] : trained) {
      const Tensor& gradient = found.gradients.at(at++);
      part.gradients.push_back({shard.weight == 1 ? gradient : gradient * shard.weight,
                                name == table ? record.rows : Tensor()});
    }
  });
  MeanGradient mean;
  double weight = 0;
  for (const Part& part : parts) {
    mean.loss += part.loss;
    weight += part.weight;
  }
  mean.loss /= weight;
  for (std::size_t leaf_at = 0; const auto& [name, value] : trained) {
    Gradient total = parts.front().gradients[leaf_at];
    for (std::size_t i = 1; i < parts.size(); ++i) total = sum(total, parts[i].gradients[leaf_at]);
    total.value = total.value / weight;
    mean.gradients.set(name, total);
    ++leaf_at;
  }
  return mean;
}

OuterOptimiser::OuterOptimiser(const TrainOptions& options, std::int64_t steps)
    : options_(options) {
  std::vector<TransformPtr> transforms;
  if (options.clip > 0) transforms.push_back(clip(options.clip));
  transforms.push_back(adam());
  if (options.weight_decay > 0) transforms.push_back(decay(options.weight_decay));
  if (options.schedule != "constant") {
    transforms.push_back(schedule(schedule_named(options.schedule, steps)));
  }
  transform_ = chain(std::move(transforms));
}

void OuterOptimiser::step(Params& params, TransformState& state, const Gradients& gradients) const {
  const torch::autograd::AutoGradMode off(false);
  // With lazy moments the transform sees the touched rows of a table as if they were all of it.
  const auto part = [&](const Params& whole) {
    Params picked;
    for (const auto& [name, gradient] : gradients) {
      const Tensor& value = whole.at(name);
      picked.set(name, options_.lazy_adam && gradient.sparse()
                           ? value.index_select(0, gradient.rows)
                           : value);
    }
    return picked;
  };
  Params seen;
  for (const auto& [name, gradient] : gradients) {
    seen.set(name, options_.lazy_adam ? gradient.value : as_dense(gradient, params.at(name)));
  }
  TransformState local;
  local.step = state.step;
  for (const Params& slot : state.slots) local.slots.push_back(part(slot));
  const Params before = part(params);
  const Hyper hyper = {{"learning_rate", at::scalar_tensor(options_.learning_rate,
                                                           before.begin()->second.options())}};
  const Update update = transform_->update(seen, local, before, hyper);

  const auto put = [&](Params& whole, const std::string& name, const Gradient& gradient,
                       const Tensor& value) {
    if (options_.lazy_adam && gradient.sparse()) {
      Tensor(whole.at(name)).index_copy_(0, gradient.rows, value);
    } else {
      whole.set(name, value);
    }
  };
  for (const auto& [name, gradient] : gradients) {
    put(params, name, gradient, before.at(name) + update.updates.at(name));
    for (std::size_t slot = 0; slot < state.slots.size(); ++slot) {
      put(state.slots[slot], name, gradient, update.state.slots[slot].at(name));
    }
  }
  state.step = update.state.step;
}

}  // namespace inkling
