#include "inkling/data/splits.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <numeric>
#include <span>
#include <unordered_map>

#include "inkling/base/error.h"
#include "inkling/base/rng.h"
#include "inkling/base/strings.h"

namespace inkling {
namespace {

constexpr double kTolerance = 1e-6;

void check_fractions(std::span<const double> fractions) {
  const double sum = std::accumulate(fractions.begin(), fractions.end(), 0.0);
  const bool above_zero =
      std::all_of(fractions.begin(), fractions.end(), [](double fraction) { return fraction > 0; });
  if (fractions.size() < 2 || !above_zero || !(std::abs(sum - 1) <= kTolerance))
    throw Error(ErrorKind::usage, "the fractions of a split are two or more, above 0, and make 1",
                {}, "such as 0.8/0.1/0.1");
}

/// What stays together: all examples of a label, of a group, or of a text.
using Unit = std::vector<std::int64_t>;

/// Which part takes the next unit: the one that has the least of what it should.
class Allotment {
 public:
  explicit Allotment(std::span<const double> fractions)
      : fractions_(fractions), taken_(fractions.size()) {}

  std::size_t next() {
    ++units_;
    std::size_t best = 0;
    for (std::size_t part = 1; part < fractions_.size(); ++part) {
      if (lacks(part) > lacks(best)) best = part;
    }
    ++taken_[best];
    return best;
  }

 private:
  double lacks(std::size_t part) const { return units_ * fractions_[part] - taken_[part]; }

  std::span<const double> fractions_;
  std::vector<double> taken_;
  double units_ = 0;
};

/// How many of `units` each part gets: its fraction to the nearest whole, and one at least.
std::vector<std::size_t> sizes_of(std::size_t units, std::span<const double> fractions) {
  std::vector<std::size_t> sizes(fractions.size(), 1);
  for (std::size_t left = units - fractions.size(); left > 0; --left) {
    std::size_t best = 0;
    const auto lacks = [&](std::size_t part) {
      return static_cast<double>(units) * fractions[part] - static_cast<double>(sizes[part]);
    };
    for (std::size_t part = 1; part < sizes.size(); ++part) {
      if (lacks(part) > lacks(best)) best = part;
    }
    ++sizes[best];
  }
  return sizes;
}

[[noreturn]] void fail_too_few(std::size_t units, std::string_view what, std::size_t parts) {
  throw Error(ErrorKind::data,
              cat("the data has ", units, " different ", what, ": too few for ", parts,
                  " parts of these fractions"),
              {}, "ask for fewer parts, or split in another way");
}

using Parts = std::vector<std::vector<std::int64_t>>;

/// Whole labels or whole groups.
Parts split_units(const std::map<std::string, Unit>& units, std::string_view what,
                  const SplitRule& rule) {
  if (units.size() < rule.fractions.size()) fail_too_few(units.size(), what, rule.fractions.size());
  std::vector<const Unit*> order;
  for (const auto& [name, unit] : units) order.push_back(&unit);
  Rng(Key{rule.seed}).shuffle(std::span(order));
  const std::vector<std::size_t> sizes = sizes_of(order.size(), rule.fractions);
  Parts parts(sizes.size());
  auto unit = order.begin();
  for (std::size_t part = 0; part < sizes.size(); ++part) {
    for (std::size_t i = 0; i < sizes[part]; ++i, ++unit)
      parts[part].insert(parts[part].end(), (*unit)->begin(), (*unit)->end());
  }
  return parts;
}

/// Texts at random, label by label.
Parts split_texts(const Dataset& dataset, const SplitRule& rule) {
  std::unordered_map<std::string_view, std::pair<std::string, std::size_t>> at;
  std::map<std::string, std::vector<Unit>> strata;  // by the label of a text's first example
  for (std::size_t i = 0; i < dataset.examples.size(); ++i) {
    const Example& example = dataset.examples[i];
    const std::string label = example.label ? "=" + *example.label : "";
    const auto [found, is_new] = at.try_emplace(example.text, label, strata[label].size());
    std::vector<Unit>& units = strata[found->second.first];
    if (is_new) units.emplace_back();
    units[found->second.second].push_back(static_cast<std::int64_t>(i));
  }
  if (at.size() < rule.fractions.size()) fail_too_few(at.size(), "texts", rule.fractions.size());
  Parts parts(rule.fractions.size());
  Allotment allotment(rule.fractions);
  std::uint64_t number = 0;
  for (auto& [label, units] : strata) {
    Rng(Key{rule.seed}.fold(number++)).shuffle(std::span(units));
    for (const Unit& unit : units) {
      std::vector<std::int64_t>& part = parts[allotment.next()];
      part.insert(part.end(), unit.begin(), unit.end());
    }
  }
  for (const auto& part : parts) {
    if (part.empty()) fail_too_few(at.size(), "texts", parts.size());
  }
  return parts;
}

}  // namespace

std::vector<double> parse_fractions(std::string_view text) {
  std::vector<double> fractions;
  for (const std::string_view part : split(text, '/')) {
    double value = 0;
    const auto [end, failure] = std::from_chars(part.data(), part.data() + part.size(), value);
    if (failure != std::errc() || end != part.data() + part.size())
      throw Error(ErrorKind::usage, cat("'", part, "' is no fraction"), {},
                  "fractions are such as 0.8/0.1/0.1");
    fractions.push_back(value);
  }
  check_fractions(fractions);
  return fractions;
}

SplitBy split_by_named(std::string_view name) {
  static const std::vector<std::string> kNames = {"label", "group", "random"};
  if (name == kNames[0]) return SplitBy::label;
  if (name == kNames[1]) return SplitBy::group;
  if (name == kNames[2]) return SplitBy::random;
  throw Error(ErrorKind::usage, cat("no split by '", name, "'"), {},
              known_names_hint(name, kNames));
}

std::vector<std::vector<std::int64_t>> split_places(const Dataset& dataset, const SplitRule& rule) {
  check_fractions(rule.fractions);
  Parts parts;
  if (rule.by == SplitBy::random) {
    parts = split_texts(dataset, rule);
  } else {
    std::map<std::string, Unit> units;
    for (std::size_t i = 0; i < dataset.examples.size(); ++i) {
      const Example& example = dataset.examples[i];
      if (rule.by == SplitBy::label && !example.label)
        throw Error(ErrorKind::data, "the example has no label",
                    {example.origin.file, example.origin.line, "label"}, "split at random instead");
      const std::string& name =
          rule.by == SplitBy::label ? *example.label : group_of(example, rule.group);
      units[name].push_back(static_cast<std::int64_t>(i));
    }
    parts = split_units(units, rule.by == SplitBy::label ? "labels" : "groups", rule);
  }
  for (auto& part : parts) std::sort(part.begin(), part.end());
  return parts;
}

std::vector<Dataset> split_dataset(const Dataset& dataset, const SplitRule& rule) {
  std::vector<Dataset> parts;
  for (const auto& places : split_places(dataset, rule)) {
    Dataset& part = parts.emplace_back();
    part.name = dataset.name;
    part.examples.reserve(places.size());
    for (const std::int64_t place : places)
      part.examples.push_back(dataset.examples[static_cast<std::size_t>(place)]);
  }
  return parts;
}

}  // namespace inkling
