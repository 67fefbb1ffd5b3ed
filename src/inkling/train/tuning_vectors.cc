#include "inkling/train/tuning_vectors.h"

#include "inkling/base/error.h"
#include "inkling/base/strings.h"

namespace inkling {
namespace {

Error nothing_for(const TunedHyperparameter& one, const std::string& what,
                  const std::string& hint) {
  return {ErrorKind::usage,
          cat("there is nothing that ", one.name(), " could be of: ", what),
          {"", 0, "hyper"},
          hint};
}

/// Whether it is of the steps on a support, not of those of the training.
bool is_inner(const TunedHyperparameter& one) {
  return one.of.name.starts_with("inner_");
}

std::int64_t steps_of(const TunedHyperparameter& one, const TuningExtent& extent) {
  return is_inner(one) ? extent.inner.steps : extent.steps;
}

const std::vector<std::string>& layers_of(const TunedHyperparameter& one,
                                          const TuningExtent& extent) {
  return is_inner(one) ? extent.inner.layers : extent.layers;
}

std::vector<std::string> numbered(const std::string& what, std::int64_t count) {
  std::vector<std::string> names;
  for (std::int64_t i = 1; i <= count; ++i) names.push_back(cat(what, " ", i));
  return names;
}

std::string escaped(const std::string& name) {
  std::string text;
  for (const char byte : name) {
    switch (byte) {
      case '\t':
        text += "\\t";
        break;
      case '\n':
        text += "\\n";
        break;
      case '\r':
        text += "\\r";
        break;
      case '\\':
        text += "\\\\";
        break;
      default:
        text += byte;
    }
  }
  return text;
}

}  // namespace

std::vector<HyperEntry> entries_of(const TunedHyperparameter& one, const TuningExtent& extent) {
  const std::string& name = one.of.name;
  if (one.per.empty()) return {{name, {}}};
  const bool per_step = one.per == "step" || one.per == "layer-step";
  if (is_inner(one) && extent.inner.layers.empty()) {
    throw nothing_for(one, "the method learns the rates of its steps itself",
                      cat("tune ", name, ", where they begin"));
  }
  if (per_step && steps_of(one, extent) == 0) {
    throw nothing_for(one, "there are no steps", "give more of them");
  }
  if (one.per == "step") return {{cat("step.", name), {steps_of(one, extent)}}};
  if (one.per == "class") return {{name, {std::ssize(extent.labels)}}};
  if (one.per == "example") return {{name, {extent.examples}}};
  if (one.per == "domain") {
    if (extent.domains.empty()) {
      throw nothing_for(one, "the examples have no groups",
                        "use --tasks-by group, and --group-column for the column that names them");
    }
    return {{name, {std::ssize(extent.domains)}}};
  }
  if (one.per == "layer" || per_step) {
    std::vector<HyperEntry> entries;
    for (const std::string& layer : layers_of(one, extent)) {
      const std::string key = cat(name, ".", layer);
      entries.push_back(per_step ? HyperEntry{cat("step.", key), {steps_of(one, extent)}}
                                 : HyperEntry{key, {}});
    }
    return entries;
  }
  if (extent.table.empty()) {
    throw nothing_for(one, "the encoder has no word vectors", "use --encoder average or cnn");
  }
  // The loss takes an l2 a word as it is; decay multiplies the table by right alignment.
  const std::int64_t rows = extent.rows.size(0);
  if (name == "l2") return {{name, {rows}}};
  return {{cat(name, ".", extent.table), {rows, 1}}};
}

std::vector<std::string> names_of_numbers(const TunedHyperparameter& one,
                                          const TuningExtent& extent) {
  if (one.per == "step") return numbered("step", steps_of(one, extent));
  if (one.per == "layer") return layers_of(one, extent);
  if (one.per == "layer-step") {
    std::vector<std::string> all;
    for (const std::string& layer : layers_of(one, extent)) {
      for (const std::string& step : numbered("step", steps_of(one, extent))) {
        all.push_back(cat(layer, ", ", step));
      }
    }
    return all;
  }
  if (one.per == "class") return extent.labels;
  if (one.per == "domain") return extent.domains;
  if (one.per == "example") return numbered("example", extent.examples);
  if (one.per != "word") return {""};
  std::vector<std::string> names;
  const auto* rows = extent.rows.data_ptr<std::int64_t>();
  for (std::int64_t i = 0; i < extent.rows.size(0); ++i) {
    const bool word = rows[i] < extent.vocabulary->words();
    names.push_back(word ? extent.vocabulary->word(rows[i])
                         : cat("#", rows[i] - extent.vocabulary->words()));
  }
  return names;
}

std::string vectors_table(std::span<const TunedHyperparameter> tuned, const TuningExtent& extent,
                          std::span<const double> values) {
  std::string text = "hyperparameter\tof\tvalue\n";
  for_each_part(tuned, values, [&](std::size_t i, std::span<const double> part) {
    if (tuned[i].per.empty()) return;
    const std::vector<std::string> names = names_of_numbers(tuned[i], extent);
    for (std::size_t k = 0; k < part.size(); ++k) {
      text += cat(tuned[i].name(), "\t", escaped(names[k]), "\t", shortest(part[k]), "\n");
    }
  });
  return text;
}

}  // namespace inkling
