#include "inkling/api/tune_bounds.h"

#include <algorithm>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/config/fields.h"

namespace inkling {
namespace {

Error fault(const std::string& message, const std::string& hint = {}) {
  return {ErrorKind::usage, message, {.file = {}, .line = 0, .field = "bounds"}, hint};
}

/// Whether bounds of `name` are of `one`: as it is asked for, or of each of its numbers.
bool is_of(const std::string& name, const TunedHyperparameter& one) {
  return name == one.of.name || name == one.name();
}

std::string name_in(const std::string& text) {
  return std::string(trim(std::string_view(text).substr(0, text.find('='))));
}

double number_in(const std::string& text, std::string_view part) {
  double value = 0;
  try {
    set_field({"bounds", &value, {}, {}}, std::string(trim(part)));
  } catch (const Error&) {
    throw fault(cat("'", text, "' gives no bounds"), "give them as learning_rate=1e-5:1");
  }
  return value;
}

}  // namespace

bool has_bounds(const std::vector<std::string>& bounds, const TunedHyperparameter& one) {
  return std::ranges::any_of(bounds, [&](const auto& text) { return is_of(name_in(text), one); });
}

void narrow(std::vector<TunedHyperparameter>& tuned, const std::vector<std::string>& bounds) {
  for (const std::string& text : bounds) {
    const std::string name = name_in(text);
    const auto of = std::ranges::find_if(tuned, [&](const auto& one) { return is_of(name, one); });
    if (of == tuned.end()) {
      throw fault(cat("bounds are given to '", name, "', which is not tuned"),
                  cat("name it in --hyper too"));
    }
    const std::size_t sign = text.find('=');
    const std::string_view range =
        sign == std::string::npos ? std::string_view() : std::string_view(text).substr(sign + 1);
    const std::size_t colon = range.find(':');
    if (colon == std::string_view::npos) number_in(text, "");
    const double low = number_in(text, range.substr(0, colon));
    const double high = number_in(text, range.substr(colon + 1));
    if (!(low >= of->of.low && high <= of->of.high && low < high)) {
      throw fault(
          cat("the bounds of ", name, ", ", shortest(low), " to ", shortest(high),
              ", are no range within ", shortest(of->of.low), " to ", shortest(of->of.high)),
          name == "batch_size" ? "--max-batch sets the largest" : "");
    }
    if (!(of->start >= low && of->start <= high)) {
      throw fault(cat("the start of ", name, ", ", shortest(of->start), ", is outside ",
                      shortest(low), " to ", shortest(high)),
                  "start between the bounds");
    }
    of->of.low = low;
    of->of.high = high;
  }
}

}  // namespace inkling
