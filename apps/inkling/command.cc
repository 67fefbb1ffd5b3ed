#include "command.h"

#include "inkling/api/engine.h"

namespace inkling::cli {

std::string Invocation::start() const {
  std::string text;
  const auto train = file.find("train");
  if (train != file.end()) {
    const auto found = train->second.find("start");
    if (found != train->second.end()) text = found->second;
  }
  for (const auto* given : {&variables, &flags}) {
    for (const GivenFlag& one : *given) {
      if (one.flag->section == "train" && one.flag->field == "start") text = one.text;
    }
  }
  return text;
}

ConfigValues Invocation::started(const ConfigValues& base) const {
  const std::string from = start();
  return from.empty() ? base : merged(base, engine().values_of_start(from));
}

}  // namespace inkling::cli
