#include "inkling/tasks/tag_decoding.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/metrics/answers.h"
#include "inkling/metrics/calibration.h"
#include "inkling/nn/linear_chain.h"

namespace inkling {
namespace {

/// log of p^sharpness of each, normalised to sum to one.
std::vector<double> sharpened(std::vector<double> probabilities, double sharpness) {
  double sum = 0;
  for (double& p : probabilities) sum += p = std::pow(p, sharpness);
  for (double& p : probabilities) p = std::log(p / sum);
  return probabilities;
}

ChainWeights chain_of(const TagDecoding& decoding, std::int64_t classes, std::int32_t outside) {
  const AbstractTransitions& of = decoding.transitions;
  const double power = decoding.sharpness;
  const auto types = static_cast<double>(classes - 1);
  const auto each = [&](double logarithm, double count) { return logarithm - std::log(count); };
  const auto start = sharpened({1 - of.start_inside, of.start_inside}, power);
  const auto from_outside = sharpened({1 - of.outside_inside, of.outside_inside}, power);
  // Where there is one type alone, there is no other to go to.
  const bool others = classes > 2;
  const double left = 1 - of.inside_inside - of.inside_other;
  const auto from_inside = others ? sharpened({left, of.inside_inside, of.inside_other}, power)
                                  : sharpened({left + of.inside_other, of.inside_inside}, power);
  std::vector<double> starts;
  std::vector<double> transitions;
  for (std::int64_t a = 0; a < classes; ++a) {
    starts.push_back(a == outside ? start[0] : each(start[1], types));
    for (std::int64_t b = 0; b < classes; ++b) {
      if (a == outside) {
        transitions.push_back(b == outside ? from_outside[0] : each(from_outside[1], types));
      } else if (b == outside) {
        transitions.push_back(from_inside[0]);
      } else {
        transitions.push_back(a == b ? from_inside[1] : each(from_inside[2], types - 1));
      }
    }
  }
  return {tensor_of(transitions).reshape({classes, classes}), tensor_of(starts),
          at::zeros({classes}, at::kDouble)};
}

}  // namespace

AbstractTransitions AbstractTransitions::counted(const std::vector<std::vector<Span>>& spans,
                                                 std::span<const std::int64_t> words) {
  // First words outside and inside; from outside to outside and inside; from inside to outside, the
  // same and another.
  double start[2] = {1, 1};
  double outside[2] = {1, 1};
  double inside[3] = {1, 1, 1};
  for (std::size_t i = 0; i < spans.size(); ++i) {
    std::vector<const Span*> of_word(static_cast<std::size_t>(words[i]), nullptr);
    for (const Span& span : spans[i]) {
      std::fill(of_word.begin() + span.begin, of_word.begin() + span.end, &span);
    }
    for (std::size_t w = 0; w < of_word.size(); ++w) {
      const Span* const now = of_word[w];
      if (w == 0) {
        ++start[now == nullptr ? 0 : 1];
        continue;
      }
      const Span* const before = of_word[w - 1];
      if (before == nullptr) {
        ++outside[now == nullptr ? 0 : 1];
      } else if (now == nullptr) {
        ++inside[0];
      } else {
        ++inside[now->label == before->label ? 1 : 2];
      }
    }
  }
  const double all_inside = inside[0] + inside[1] + inside[2];
  return {start[1] / (start[0] + start[1]), outside[1] / (outside[0] + outside[1]),
          inside[1] / all_inside, inside[2] / all_inside};
}

std::string AbstractTransitions::text() const {
  return cat(fixed(start_inside, 6), ",", fixed(outside_inside, 6), ",", fixed(inside_inside, 6),
             ",", fixed(inside_other, 6));
}

AbstractTransitions AbstractTransitions::of_text(std::string_view text) {
  std::vector<double> numbers;
  for (const std::string_view part : split(text, ',')) {
    double value = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
    if (error != std::errc() || end != part.data() + part.size() || !(value > 0 && value < 1))
      break;
    numbers.push_back(value);
  }
  if (numbers.size() != 4 || std::ranges::count(text, ',') != 3 || numbers[2] + numbers[3] >= 1) {
    throw Error(ErrorKind::usage, cat("'", text, "' is not four probabilities"),
                {"", 0, "transitions"},
                "leave it out: it is counted in the training sentences; or give that of a first "
                "word inside a span, from outside to inside, from inside to the same type and to "
                "another, as in 0.1,0.05,0.4,0.01");
  }
  return {numbers[0], numbers[1], numbers[2], numbers[3]};
}

std::vector<std::int32_t> decoded(const TagDecoding& decoding, std::span<const double> scores,
                                  std::int64_t classes, std::span<const std::int64_t> offsets,
                                  std::int32_t outside) {
  const std::int64_t words = std::ssize(scores) / classes;
  std::vector<std::int32_t> tags;
  if (!decoding.viterbi) {
    for (std::int64_t i = 0; i < words; ++i) {
      tags.push_back(argmax(scores.subspan(static_cast<std::size_t>(i * classes),
                                           static_cast<std::size_t>(classes))));
    }
    return tags;
  }
  const torch::autograd::AutoGradMode off(false);
  const Tensor emissions = tensor_of(std::vector<double>(scores.begin(), scores.end()))
                               .reshape({words, classes})
                               .log_softmax(-1);
  const Tensor path =
      best_path(emissions, tensor_of(std::vector<std::int64_t>(offsets.begin(), offsets.end())),
                chain_of(decoding, classes, outside))
          .contiguous();
  const auto* from = path.const_data_ptr<std::int64_t>();
  for (std::int64_t i = 0; i < words; ++i) tags.push_back(static_cast<std::int32_t>(from[i]));
  return tags;
}

std::vector<ClassSpan> class_spans(std::span<const std::int32_t> classes,
                                   std::span<const std::uint8_t> begins, std::int64_t first,
                                   std::int64_t last, std::int32_t outside) {
  std::vector<ClassSpan> spans;
  std::int32_t before = outside;
  for (std::int64_t i = first; i < last; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const std::int32_t now = classes[at];
    if (now != outside) {
      const bool goes_on = now == before && (begins.empty() || begins[at] == 0);
      if (goes_on) {
        spans.back().end = i + 1;
      } else {
        spans.push_back({i, i + 1, now});
      }
    }
    before = now;
  }
  return spans;
}

double confidence(const ClassSpan& span, std::span<const double> scores, std::int64_t classes,
                  double temperature) {
  double least = 1;
  for (std::int64_t i = span.begin; i < span.end; ++i) {
    const auto likely = probabilities(
        scores.subspan(static_cast<std::size_t>(i * classes), static_cast<std::size_t>(classes)),
        temperature);
    least = std::min(least, likely[static_cast<std::size_t>(span.of_class)]);
  }
  return least;
}

}  // namespace inkling
