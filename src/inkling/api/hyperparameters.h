// The hyperparameters that have a gradient: their names, what they do, between which bounds they
// move and on which line.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "inkling/api/run_config.h"

namespace inkling {

struct Hyperparameter {
  std::string name;
  std::string summary;  ///< what it does, in plain words
  Bijection bijection;
  double low;
  double high;
  double otherwise;   ///< where it starts unless told or configured
  std::string field;  ///< the option that inkling train takes it from; "" where it has none
  std::string section = "train";  ///< of that option: "train", "encoder" or "method"
  bool whole = false;             ///< training takes whole numbers
  /// What it can have a number for each of, asked for as NAME/PER: "step", "layer", "layer-step",
  /// "word".
  std::vector<std::string> per = {};
  /// Of what it has a number for each, always: "class", "domain", "example"; "" of a single number.
  std::string each = {};
  /// Whether the loss reads it, not the steps alone: its place at an optimum has an influence.
  bool of_loss = false;
};

/// All, in the order of the help: those of any training, then the fields of encoders and methods
/// that are declared differentiable (config/fields.h), each name once.
const std::vector<Hyperparameter>& hyperparameters();

/// The key by which a method's losses read its field `name`: the transform of the steps on a
/// support reads inner_learning_rate as every transform reads its rate.
inline std::string method_key(std::string_view name) {
  constexpr std::string_view kInner = "inner_";
  return std::string(name.starts_with(kInner) ? name.substr(kInner.size()) : name);
}

/// Its option in `config`; none, where it has no option, or none of the encoder and method chosen.
std::optional<Field> option_of(const Hyperparameter& of, RunConfig& config);

/// All names that can be asked for, vectors among them: "l2", "l2/word", ...
std::vector<std::string> hyperparameter_names();

/// @throws Error usage for a name that has no gradient, listing those that have
const Hyperparameter& hyperparameter_named(std::string_view name);

/// The place of `value` on the line, the value at a place, and its slope there; of the simplex as
/// the logarithm, which it is but for a factor that all have in common.
double to_line(Bijection bijection, double value);
double from_line(Bijection bijection, double x);
double slope_at(Bijection bijection, double x);

/// A hyperparameter and where it starts.
struct TunedHyperparameter {
  Hyperparameter of;     ///< its bounds narrowed to this problem's
  double start;          ///< of every number
  std::string per = {};  ///< what it has a number for each of; "" of a single one
  std::size_t numbers = 1;

  /// As it was asked for: "l2", "l2/word", "class_weight".
  std::string name() const { return per.empty() || per == of.each ? of.name : of.name + "/" + per; }
};

/// How many numbers there are in all. Below, all stand one hyperparameter after the other.
std::size_t numbers_of(std::span<const TunedHyperparameter> tuned);
/// Calls body(i, numbers) for hyperparameter i and its part of `all`.
template <class Number, class Body>
void for_each_part(std::span<const TunedHyperparameter> tuned, std::span<Number> all,
                   const Body& body) {
  std::size_t at = 0;
  for (std::size_t i = 0; i < tuned.size(); ++i) {
    body(i, all.subspan(at, tuned[i].numbers));
    at += tuned[i].numbers;
  }
}
/// The starts on their lines.
std::vector<double> start_on_lines(std::span<const TunedHyperparameter> tuned);
/// The values at `x`, to twelve digits, within their bounds: a start, a whole batch size come back
/// from their line as they were given.
std::vector<double> values_at(std::span<const TunedHyperparameter> tuned,
                              std::span<const double> x);
/// The gradient with respect to `x` of what has `gradient` with respect to the values there.
std::vector<double> gradient_on_lines(std::span<const TunedHyperparameter> tuned,
                                      std::span<const double> x, std::span<const double> gradient);
/// Moves `x` to within the bounds.
void keep_within_bounds(std::span<const TunedHyperparameter> tuned, std::span<double> x);

/// What `--hyper` asks for, "name=value" or "name", "name/per=value" or "name/per". How many
/// numbers a vector has is not known yet.
/// @param config   gives the start of those that are options of training and named alone
/// @param largest  batch size; 0: four times its start
/// @throws Error usage: none, an unknown or doubled name, a field of another encoder or method than
/// the chosen, a vector that cannot be had, no number, a start beyond the bounds
std::vector<TunedHyperparameter> tuned_hyperparameters(const std::vector<std::string>& asked,
                                                       const RunConfig& config,
                                                       std::int64_t largest_batch);

}  // namespace inkling
