#include "inkling/nn/linear_chain.h"

#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <limits>

#include "inkling/nn/chain_loops.h"
#include "inkling/nn/row_loops.h"

namespace inkling {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

/// The weights as one tensor: transitions, starts, ends. @return [P, C + 2, C], P episodes or 1
Tensor packed(const ChainWeights& weights) {
  const Tensor all =
      at::cat({weights.transitions, weights.starts.unsqueeze(-2), weights.ends.unsqueeze(-2)}, -2);
  return all.dim() == 2 ? all.unsqueeze(0) : all;
}

ChainWeights unpacked(const Tensor& all) {
  const std::int64_t tags = all.size(-1);
  return {all.narrow(1, 0, tags), all.select(1, tags), all.select(1, tags + 1)};
}

/// Calls visit(sentence, its first row, its rows, the episode) of all that are not empty, episode
/// by episode.
template <class Visit>
void for_each_sentence(const Tensor& offsets, std::int64_t episodes, Visit visit) {
  const auto* offset = offsets.const_data_ptr<std::int64_t>();
  const std::int64_t sentences = offsets.size(0) - 1;
  for (std::int64_t n = 0; n < sentences; ++n) {
    const std::int64_t length = offset[n + 1] - offset[n];
    if (length > 0) visit(n, offset[n], length, n / (sentences / episodes));
  }
}

Tensor in_double(const Tensor& x) {
  return x.to(at::kDouble).contiguous();
}

/// Calls visit(passes, sentence, first row, episode) with the passes ahead done, whose value is
/// the last argument.
template <class Visit>
void with_passes(const Tensor& scores, const Tensor& weights, const Tensor& offsets, Visit visit) {
  const std::int64_t tags = weights.size(2);
  const auto* numbers = weights.const_data_ptr<double>();
  const auto* score = scores.const_data_ptr<double>();
  std::vector<ChainTable> tables;
  for (std::int64_t e = 0; e < weights.size(0); ++e) {
    tables.emplace_back(numbers + e * (tags + 2) * tags, tags);
  }
  std::vector<ChainPasses> passes(tables.begin(), tables.end());
  for_each_sentence(
      offsets, weights.size(0),
      [&](std::int64_t n, std::int64_t first, std::int64_t length, std::int64_t episode) {
        ChainPasses& own = passes[static_cast<std::size_t>(episode)];
        const double value = own.ahead(score + first * tags, length);
        visit(own, tables[static_cast<std::size_t>(episode)], n, first, episode, value);
      });
}

/// The probabilities of tags and transitions, each sentence's times a number of its own: the
/// gradient of log_partition.
struct Expected : torch::autograd::Function<Expected> {
  /// @param by  [N]
  /// @return    [T, C]; [P, C + 2, C]
  static variable_list forward(AutogradContext* context, const Variable& scores,
                               const Variable& weights, const Variable& by, const Tensor& offsets) {
    context->save_for_backward({scores, weights, by});
    context->saved_data["offsets"] = offsets;
    const Tensor times = in_double(by);
    const auto* time = times.const_data_ptr<double>();
    Tensor of_tags = at::zeros(scores.sizes(), at::kDouble);
    Tensor of_weights = at::zeros(weights.sizes(), at::kDouble);
    const std::int64_t tags = scores.size(1);
    with_passes(in_double(scores), in_double(weights), offsets,
                [&](ChainPasses& passes, const ChainTable&, std::int64_t n, std::int64_t first,
                    std::int64_t episode, double) {
                  passes.back(time[n], of_tags.data_ptr<double>() + first * tags,
                              of_weights.data_ptr<double>() + episode * (tags + 2) * tags);
                });
    return {of_tags.to(scores.scalar_type()), of_weights.to(weights.scalar_type())};
  }

  static variable_list backward(AutogradContext* context, variable_list gradient) {
    const auto saved = context->get_saved_variables();
    const Tensor offsets = context->saved_data["offsets"].toTensor();
    const Tensor scores = saved[0].alias();
    const Tensor weights = saved[1].alias();
    const Tensor by = saved[2].alias();
    for (std::size_t i = 0; i < 2; ++i) {
      if (!gradient[i].defined()) gradient[i] = at::zeros_like(i == 0 ? scores : weights);
    }
    return at::GradMode::is_enabled() ? by_operators(scores, weights, by, offsets, gradient)
                                      : by_loops(scores, weights, by, offsets, gradient);
  }

  static variable_list by_loops(const Tensor& scores, const Tensor& weights, const Tensor& by,
                                const Tensor& offsets, const variable_list& gradient) {
    const Tensor times = in_double(by);
    const auto* time = times.const_data_ptr<double>();
    const Tensor of_scores = in_double(gradient[0]);
    const Tensor moves = in_double(gradient[1]);
    Tensor of_tags = at::zeros(scores.sizes(), at::kDouble);
    Tensor of_weights = at::zeros(weights.sizes(), at::kDouble);
    Tensor rates = at::zeros(by.sizes(), at::kDouble);
    const std::int64_t tags = scores.size(1);
    const std::int64_t size = (tags + 2) * tags;
    std::vector<ChainMovement> movements;
    with_passes(in_double(scores), in_double(weights), offsets,
                [&](ChainPasses& passes, const ChainTable& table, std::int64_t n,
                    std::int64_t first, std::int64_t episode, double) {
                  while (std::ssize(movements) <= episode) {
                    movements.emplace_back(
                        table, moves.const_data_ptr<double>() + std::ssize(movements) * size);
                  }
                  rates.data_ptr<double>()[n] =
                      passes.along(of_scores.const_data_ptr<double>() + first * tags,
                                   movements[static_cast<std::size_t>(episode)], time[n],
                                   of_tags.data_ptr<double>() + first * tags,
                                   of_weights.data_ptr<double>() + episode * size);
                });
    return {of_tags.to(scores.scalar_type()), of_weights.to(weights.scalar_type()),
            rates.to(by.scalar_type()), Tensor()};
  }

  /// What can be differentiated again.
  static variable_list by_operators(const Tensor& scores, const Tensor& weights, const Tensor& by,
                                    const Tensor& offsets, const variable_list& gradient) {
    if (scores.size(0) == 0) {
      return {at::zeros_like(scores), at::zeros_like(weights), at::zeros_like(by), Tensor()};
    }
    // The partial derivatives of <gradient, this function>, by what needs one.
    const auto free = [](const Tensor& x) { return x.requires_grad() ? x : leaf(x); };
    const variable_list all = {free(scores), free(weights), free(by)};
    const Tensor sums = log_partition_by_operators(all[0], offsets, unpacked(all[1]));
    const variable_list first =
        torch::autograd::grad({sums}, {all[0], all[1]}, {all[2]}, true, /*create_graph=*/true);
    variable_list found = torch::autograd::grad(
        {(first[0] * gradient[0]).sum() + (first[1] * gradient[1]).sum()}, all, {}, true,
        /*create_graph=*/true);
    found.emplace_back();
    return found;
  }
};

struct LogPartition : torch::autograd::Function<LogPartition> {
  static Variable forward(AutogradContext* context, const Variable& scores, const Variable& weights,
                          const Tensor& offsets) {
    context->save_for_backward({scores, weights});
    context->saved_data["offsets"] = offsets;
    Tensor sums = at::zeros({offsets.size(0) - 1}, at::kDouble);
    with_passes(in_double(scores), in_double(weights), offsets,
                [&](ChainPasses&, const ChainTable&, std::int64_t n, std::int64_t, std::int64_t,
                    double value) { sums.data_ptr<double>()[n] = value; });
    return sums.to(scores.scalar_type());
  }

  static variable_list backward(AutogradContext* context, variable_list gradient) {
    const auto saved = context->get_saved_variables();
    const auto found =
        Expected::apply(saved[0], saved[1], gradient[0], context->saved_data["offsets"].toTensor());
    return {found[0], found[1], Tensor()};
  }
};

/// Of each row the sentence that it is in. @return int64 [T]
Tensor sentence_of_rows(const Tensor& offsets) {
  return at::repeat_interleave(offsets.diff());
}

}  // namespace

Tensor log_partition(const Tensor& scores, const Tensor& offsets, const ChainWeights& weights) {
  if (!scores.is_cpu()) return log_partition_by_operators(scores, offsets, weights);
  return LogPartition::apply(scores, packed(weights), offsets);
}

Tensor log_partition_by_operators(const Tensor& scores, const Tensor& offsets,
                                  const ChainWeights& weights) {
  const Tensor lengths = offsets.diff();
  const std::int64_t sentences = lengths.size(0);
  const std::int64_t length = sentences == 0 ? 0 : lengths.max().item<std::int64_t>();
  if (length == 0) return at::zeros({sentences}, scores.options());
  const Tensor all = packed(weights);
  const ChainWeights of = unpacked(all.repeat_interleave(sentences / all.size(0), 0));
  const Tensor start = offsets.narrow(0, 0, sentences);
  const auto scores_at = [&](std::int64_t place) {  // a sentence that is shorter reads its first
    const Tensor row = at::where(lengths > place, start + place, at::zeros_like(start));
    return scores.index_select(0, row);
  };
  Tensor sums = of.starts + scores_at(0);
  for (std::int64_t place = 1; place < length; ++place) {
    const Tensor next = at::logsumexp(sums.unsqueeze(2) + of.transitions, 1) + scores_at(place);
    sums = at::where((lengths > place).unsqueeze(1), next, sums);
  }
  const Tensor found = at::logsumexp(sums + of.ends, 1);
  return at::where(lengths > 0, found, at::zeros_like(found));
}

Tensor path_score(const Tensor& scores, const Tensor& tags, const Tensor& offsets,
                  const ChainWeights& weights) {
  const std::int64_t sentences = offsets.size(0) - 1;
  const Tensor all = packed(weights);
  const std::int64_t count = scores.size(1);
  const std::int64_t episodes = all.size(0);
  const Tensor sentence = sentence_of_rows(offsets);
  const Tensor episode = sentence.div(std::max<std::int64_t>(sentences / episodes, 1), "floor");
  const auto weight = [&](const Tensor& rows, const Tensor& row, const Tensor& column) {
    const Tensor place = (episode.index_select(0, rows) * (count + 2) + row) * count + column;
    return all.reshape({-1}).index_select(0, place);
  };
  const Tensor filled = (offsets.diff() > 0).nonzero().squeeze(1);
  const Tensor first = offsets.index_select(0, filled);
  const Tensor last = offsets.index_select(0, filled + 1) - 1;
  const Tensor place = at::arange(tags.size(0), offsets.options());
  const Tensor later = (place != offsets.index_select(0, sentence)).nonzero().squeeze(1);
  const auto tag = [&](const Tensor& rows) { return tags.index_select(0, rows); };
  Tensor sums = at::zeros({sentences}, scores.options());
  sums = sums.index_add(0, sentence, scores.gather(1, tags.unsqueeze(1)).squeeze(1));
  sums = sums.index_add(0, filled, weight(first, at::full_like(first, count), tag(first)));
  sums = sums.index_add(0, filled, weight(last, at::full_like(last, count + 1), tag(last)));
  return sums.index_add(0, sentence.index_select(0, later),
                        weight(later, tag(later - 1), tag(later)));
}

Tensor tag_probabilities(const Tensor& scores, const Tensor& offsets, const ChainWeights& weights) {
  const at::NoGradGuard guard;
  const Tensor by = at::ones({offsets.size(0) - 1}, at::kDouble);
  return Expected::apply(scores, packed(weights), by, offsets)[0];
}

Tensor best_path(const Tensor& scores, const Tensor& offsets, const ChainWeights& weights) {
  const at::NoGradGuard guard;
  const Tensor all = in_double(packed(weights));
  const Tensor numbers = in_double(scores);
  const std::int64_t tags = scores.size(1);
  const auto* score = numbers.const_data_ptr<double>();
  Tensor found = at::empty({scores.size(0)}, offsets.options());
  auto* out = found.data_ptr<std::int64_t>();
  const auto count = static_cast<std::size_t>(tags);
  std::vector<double> best(count);
  std::vector<double> next(count);
  std::vector<double> through(count);
  std::vector<std::int32_t> from;
  for_each_sentence(
      offsets, all.size(0),
      [&](std::int64_t, std::int64_t first, std::int64_t length, std::int64_t episode) {
        const double* on = all.const_data_ptr<double>() + episode * (tags + 2) * tags;
        const double* starts = on + tags * tags;
        const double* ends = starts + tags;
        from.assign(static_cast<std::size_t>(length * tags), 0);
        for (std::int64_t j = 0; j < tags; ++j) {
          best[static_cast<std::size_t>(j)] = starts[j] + score[first * tags + j];
        }
        for (std::int64_t t = 1; t < length; ++t) {
          std::ranges::fill(next, -std::numeric_limits<double>::infinity());
          for (std::int64_t i = 0; i < tags; ++i) {
            const double so_far = best[static_cast<std::size_t>(i)];
            for (std::int64_t j = 0; j < tags; ++j) {
              through[static_cast<std::size_t>(j)] = so_far + on[i * tags + j];
            }
            keep_larger(next.data(), from.data() + t * tags, through.data(),
                        static_cast<std::int32_t>(i), tags);
          }
          for (std::int64_t j = 0; j < tags; ++j) {
            best[static_cast<std::size_t>(j)] =
                next[static_cast<std::size_t>(j)] + score[(first + t) * tags + j];
          }
        }
        for (std::int64_t j = 0; j < tags; ++j) best[static_cast<std::size_t>(j)] += ends[j];
        std::int64_t tag = std::ranges::max_element(best) - best.begin();
        for (std::int64_t t = length - 1; t >= 0; --t) {
          out[first + t] = tag;
          if (t > 0) tag = from[static_cast<std::size_t>(t * tags + tag)];
        }
      });
  return found;
}

}  // namespace inkling
