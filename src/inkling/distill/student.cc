#include "inkling/distill/student.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <set>
#include <unordered_map>

#include "inkling/base/error.h"
#include "inkling/base/file.h"
#include "inkling/base/progress.h"
#include "inkling/base/strings.h"
#include "inkling/formats/targets.h"
#include "inkling/methods/method_registry.h"

namespace inkling::distill {
namespace {

/// The order of the split's labels among the file's.
std::vector<std::size_t> order_of(const std::vector<std::string>& labels,
                                  const std::vector<std::string>& of_file,
                                  const std::filesystem::path& file) {
  std::vector<std::size_t> order;
  for (const std::string& label : labels) {
    const auto found = std::ranges::find(of_file, label);
    if (found != of_file.end()) {
      order.push_back(static_cast<std::size_t>(found - of_file.begin()));
    }
  }
  if (order.size() == labels.size() && of_file.size() == labels.size()) return order;
  throw Error(ErrorKind::data,
              cat("the targets have the labels ", join(of_file, ", "), ", the labelled data has ",
                  join(labels, ", ")),
              {file.string(), 1, "labels"}, "label again with a teacher of these labels");
}

/// The likeliest label's place in `order`, the lowest of equals.
std::size_t likeliest_of(const Target& target, const std::vector<std::size_t>& order) {
  const auto share = [&](std::size_t place) { return target.probabilities[place]; };
  return static_cast<std::size_t>(std::ranges::max_element(order, {}, share) - order.begin());
}

/// Makes the mean weight one: a learning rate means the same with weights and without.
void normalise(std::vector<float>& weights, const std::string& file) {
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  if (sum <= 0) {
    throw Error(ErrorKind::data, "the teacher is sure of nothing: all weights are zero",
                {file, 0, "confidence"}, "leave out --weigh confidence");
  }
  const double factor = static_cast<double>(weights.size()) / sum;
  for (float& weight : weights) weight = static_cast<float>(weight * factor);
}

/// Collects the lines that count.
class Collector {
 public:
  /// @param thresholds  of each label
  Collector(const std::vector<std::string>& labels, std::vector<std::size_t> order,
            const DistillOptions& options, std::vector<double> thresholds, bool reads_unlabelled)
      : options_(options),
        order_(std::move(order)),
        thresholds_(std::move(thresholds)),
        reads_unlabelled_(reads_unlabelled) {
    data_.split.labels = labels;
    data_.split.soft.temperature = options.soften;
    place_.resize(order_.size());
    for (std::size_t c = 0; c < order_.size(); ++c) {
      place_[order_[c]] = static_cast<std::int32_t>(c);
    }
  }

  void add(Target& target) {
    std::vector<float> shares;
    for (const std::size_t place : order_) {
      shares.push_back(static_cast<float>(target.probabilities[place]));
    }
    const auto likeliest = static_cast<std::int32_t>(likeliest_of(target, order_));
    const auto known = target.corrected ? target.corrected : target.label;
    const std::int32_t label = known ? place_[static_cast<std::size_t>(*known)] : likeliest;
    if (!known && reads_unlabelled_) data_.unlabelled.push_back(target.text);
    if (!known && options_.targets == "none") return;
    if (!known && target.confidence < thresholds_[static_cast<std::size_t>(likeliest)]) {
      ++data_.counts.left_out;
      most_left_out_ = std::max(most_left_out_, target.confidence);
      return;
    }
    if (options_.targets == "hard") {
      std::ranges::fill(shares, 0.F);
      shares[static_cast<std::size_t>(likeliest)] = 1;
    }
    TextSplit& split = data_.split;
    const auto text = ids_.emplace(target.text, ids_.size()).first->second;
    split.pool.push_back({std::ssize(split.texts), label, 0, text});
    split.texts.push_back(std::move(target.text));
    split.soft.shares.insert(split.soft.shares.end(), shares.begin(), shares.end());
    split.soft.labelled.push_back(static_cast<float>(target.corrected ? 1
                                                     : target.label   ? options_.label_share
                                                                      : 0));
    if (options_.weigh == "confidence") {
      const double guess = 1 / static_cast<double>(shares.size());
      const double sure = (target.confidence - guess) / (1 - guess);
      split.soft.weights.push_back(known ? 1 : static_cast<float>(std::max(0.0, sure)));
    }
    ++data_.counts.texts;
    if (!known) {
      ++guessed_;
      guesses_.insert(label);
    }
    if (target.corrected) ++data_.counts.corrected;
    if (target.label) ++data_.counts.labelled;
  }

  StudentData take(const std::string& file) {
    TextSplit& split = data_.split;
    if (guessed_ == 0 && data_.counts.left_out > 0) {
      throw Error(ErrorKind::data,
                  cat("none of its ", data_.counts.left_out,
                      " texts without a label is above the threshold: of the surest the "
                      "confidence is ",
                      fixed(most_left_out_, 4)),
                  {file, 0, "thresholds"}, "lower --thresholds");
    }
    if (split.pool.empty()) {
      throw Error(ErrorKind::data, "has no target", {file}, "give --transfer texts");
    }
    const std::int32_t first = split.pool.front().label;
    if (std::ranges::all_of(split.pool,
                            [&](const PoolExample& example) { return example.label == first; })) {
      throw Error(ErrorKind::data,
                  cat("all ", split.pool.size(), " texts have the label '",
                      split.labels[static_cast<std::size_t>(first)], "'"),
                  {file}, "nothing can be learned from one class: look at the teacher's answers");
    }
    if (guesses_.size() == 1 && guessed_ > 1) {
      log_warning(cat("the teacher gives all ", guessed_, " texts without a label the label '",
                      split.labels[static_cast<std::size_t>(*guesses_.begin())], "'"));
    }
    if (!split.soft.weights.empty()) normalise(split.soft.weights, file);
    return std::move(data_);
  }

 private:
  const DistillOptions& options_;
  std::vector<std::size_t> order_;
  std::vector<std::int32_t> place_;  ///< of a label of the file, in the split
  std::vector<double> thresholds_;
  bool reads_unlabelled_;
  std::int64_t guessed_ = 0;        ///< texts without a label of their own among the split's
  std::set<std::int32_t> guesses_;  ///< what they are taken for
  double most_left_out_ = 0;        ///< the highest confidence of those left out
  std::unordered_map<std::string, std::uint64_t> ids_;
  StudentData data_;
};

double probability_of(std::string_view text, std::string_view item) {
  double value = 0;
  try {
    set_field({"thresholds", &value, {}, between(0, 1)}, text);
  } catch (const Error& error) {
    throw Error(ErrorKind::usage, cat("'", item, "' is no threshold"), {"", 0, "thresholds"},
                "give a probability, or LABEL=PROBABILITY");
  }
  return value;
}

/// `thresholds`, raised to where the share of the file's texts of each predicted label is above
/// them whose confidence is the highest.
std::vector<double> raised(std::vector<double> thresholds, double share,
                           const std::filesystem::path& file, std::string_view bytes,
                           const std::vector<std::size_t>& order) {
  if (share >= 1) return thresholds;
  std::vector<std::vector<double>> confidences(thresholds.size());
  TargetsReader reader({file, bytes}, {});
  Target target;
  while (reader.next(target)) {
    if (target.label || target.corrected) continue;
    confidences[likeliest_of(target, order)].push_back(target.confidence);
  }
  for (std::size_t label = 0; label < thresholds.size(); ++label) {
    std::vector<double>& all = confidences[label];
    if (all.empty()) continue;
    const auto wanted = static_cast<std::ptrdiff_t>(std::ceil(share * std::ssize(all)));
    const auto last = all.begin() + std::max<std::ptrdiff_t>(wanted, 1) - 1;
    std::ranges::nth_element(all, last, std::greater());
    thresholds[label] = std::max(thresholds[label], *last);
  }
  return thresholds;
}

}  // namespace

double surest_share(const DistillOptions& options, std::int64_t round) {
  std::vector<double> shares;
  for (const std::string& item : options.surest) {
    double share = 0;
    try {
      set_field({"surest", &share, {}, between(0, 1)}, item);
    } catch (const Error& error) {
      share = 0;
    }
    if (share <= 0) {
      throw Error(ErrorKind::usage, cat("'", item, "' is no share of texts"), {"", 0, "surest"},
                  "give numbers above 0, up to 1, as in --surest 0.5,0.75,1");
    }
    shares.push_back(share);
  }
  if (shares.empty()) return 1;
  return shares[static_cast<std::size_t>(std::min(round, std::ssize(shares)) - 1)];
}

std::vector<double> thresholds_of(const DistillOptions& options,
                                  const std::vector<std::string>& labels) {
  std::vector<double> thresholds(labels.size(), 0);
  for (const std::string& item : options.thresholds) {
    const std::size_t equals = item.rfind('=');
    if (equals == std::string::npos) {
      std::ranges::fill(thresholds, probability_of(item, item));
      continue;
    }
    const std::string label = item.substr(0, equals);
    const auto found = std::ranges::find(labels, label);
    if (found == labels.end()) {
      throw Error(ErrorKind::usage, cat("there is no label '", label, "'"), {"", 0, "thresholds"},
                  known_names_hint(label, labels));
    }
    thresholds[static_cast<std::size_t>(found - labels.begin())] =
        probability_of(item.substr(equals + 1), item);
  }
  return thresholds;
}

StudentData student_data(const std::filesystem::path& file, const std::vector<std::string>& labels,
                         const DistillOptions& options, const StudentKind& kind) {
  if (options.targets == "none" && !kind.reads_unlabelled) {
    throw Error(ErrorKind::usage, "without targets the transfer texts teach this method nothing",
                {"", 0, "targets"},
                cat("give --targets soft, or use one of: ",
                    methods_that([](const Traits& t) { return t.unlabelled_ratio > 0; })));
  }
  const MappedFile bytes(file);
  TargetsReader reader({file, bytes.bytes()}, {});
  const std::vector<std::size_t> order = order_of(labels, reader.header().labels, file);
  const std::vector<double> thresholds =
      raised(thresholds_of(options, labels), surest_share(options, kind.round), file, bytes.bytes(),
             order);
  Collector collector(labels, order, options, thresholds, kind.reads_unlabelled);
  Target target;
  while (reader.next(target)) collector.add(target);
  return collector.take(file.string());
}

}  // namespace inkling::distill
