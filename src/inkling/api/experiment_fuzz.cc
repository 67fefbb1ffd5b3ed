#include <cstdint>
#include <cstdlib>

#include "inkling/api/run_config.h"
#include "inkling/base/error.h"

/// Any bytes are an experiment whose every row has a configuration, or an Error of kind usage.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const inkling::Experiment experiment = inkling::parse_experiment(text, "fuzz");
    if (experiment.settings.empty() || experiment.seeds.empty()) std::abort();
    for (const inkling::Setting& setting : experiment.settings) {
      inkling::config_of(experiment, setting);
    }
  } catch (const inkling::Error& error) {
    if (error.kind() != inkling::ErrorKind::usage) std::abort();
  }
  return 0;
}
