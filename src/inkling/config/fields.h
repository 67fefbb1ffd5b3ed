// Options as plain structs: one fields() visitor is the source of flags, TOML keys, JSON, help and
// reference.
//
//   struct Options {
//     std::int64_t inner_steps = 5;
//     double logit_scale = 1;
//     template <class Visitor> void fields(Visitor& field) {
//       field("inner-steps", inner_steps, "gradient steps on the support", between(0, 10000));
//       field("logit-scale", logit_scale, "factor of the scores", positive(),
//             Differentiable{Bijection::log, 1e-4, 1e4});
//     }
//   };
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace inkling {

/// What a value may be: a closed range of numbers, or one of some words. Empty allows everything.
struct Constraint {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool low_open = false;  ///< low itself is not allowed
  std::vector<std::string> choices;
};

inline Constraint between(double low, double high) {
  return {low, high, false, {}};
}
inline Constraint positive() {
  return {0, std::numeric_limits<double>::infinity(), true, {}};
}
inline Constraint one_of(std::vector<std::string> choices) {
  return {-std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity(), false,
          std::move(choices)};
}

/// The map from a value to the real line, on which it moves: the logarithm; log(p / (1 - p)); the
/// inverse of log(1 + e^x), which is the value itself where it is large and its logarithm where it
/// is small. Simplex: n numbers n softmax(x), whose mean is one.
enum class Bijection { log, logit, softplus, simplex };

/// That a training is a differentiable function of a field, so that `inkling tune` can move it by
/// its name, with _ for -: on which line, and between which bounds. Whoever declares it gives its
/// value in Method::hyper or Encoder::hyper and reads it from there, or builds the first parameters
/// from it in started().
struct Differentiable {
  Bijection bijection = Bijection::log;
  double low = 0;
  double high = 0;
  /// What it can have a number for each of, asked for as NAME/PER: "step", "layer", "layer-step".
  std::vector<std::string> per = {};
};

using FieldValue =
    std::variant<bool*, std::int64_t*, double*, std::string*, std::vector<std::string>*>;

/// One option: its name ("inner-steps"), the member it writes, a line of help, what it may be, and
/// whether it has a gradient.
struct Field {
  std::string name;
  FieldValue value;
  std::string help;
  Constraint constraint;
  std::optional<Differentiable> differentiable = {};
};

/// The visitor that collects fields. The struct must outlive the list.
class FieldList {
 public:
  template <class T>
  void operator()(std::string name, T& value, std::string help, Constraint constraint = {},
                  std::optional<Differentiable> differentiable = {}) {
    fields_.push_back({std::move(name), &value, std::move(help), std::move(constraint),
                       std::move(differentiable)});
  }

  const std::vector<Field>& all() const { return fields_; }

 private:
  std::vector<Field> fields_;
};

template <class Options>
std::vector<Field> fields_of(Options& options) {
  FieldList list;
  options.fields(list);
  return list.all();
}

/// The items of a comma-separated list, spaces around them left out; a backslash takes the next
/// byte as it is.
std::vector<std::string> split_list(std::string_view text);
/// The text of a list: split_list(join_list(x)) == x where no item is empty.
std::string join_list(std::span<const std::string> items);

/// Parses `text` into the field's member; a list is comma-separated.
/// @throws Error usage, naming the field and what it may be
void set_field(const Field& field, std::string_view text);

/// The member as text that set_field reads back to the same value.
std::string field_text(const Field& field);

/// "a number > 0", "one of all, head, body", "true or false", ...
std::string expected(const Field& field);

/// All fields as name -> text, for metadata and comparison.
std::map<std::string, std::string> field_map(const std::vector<Field>& fields);

/// Sets every entry of `values`.
/// @throws Error usage for an unknown name (naming the nearest) or a bad value
void set_fields(const std::vector<Field>& fields, const std::map<std::string, std::string>& values);

}  // namespace inkling
