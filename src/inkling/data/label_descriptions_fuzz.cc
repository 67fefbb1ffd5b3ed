// Descriptions of labels are read whole or refused.
#include "inkling/data/label_descriptions.h"

#include "inkling/base/error.h"
#include "inkling/base/fuzz_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const inkling::LabelDescriptions all =
        inkling::read_label_descriptions(inkling::fuzz_file(data, size));
    std::vector<std::string> labels;
    for (const auto& [label, text] : all) labels.push_back(label);
    inkling::descriptions_of(all, labels, size % 2 == 0, "descriptions.json");
  } catch (const inkling::Error&) {
  }
  return 0;
}
