#include "inkling/formats/named_data.h"

#include "inkling/base/error.h"
#include "inkling/data/catalogue.h"

namespace inkling {

Dataset read_named(const std::string& name, const FormatOptions& options) {
  if (name == "-") return read_dataset(name, options);
  const Resolved resolved = resolve(name);
  FormatOptions used = options;
  FormatOptions defaults;
  const std::vector<Field> fields = fields_of(used);
  const auto untouched = field_map(fields_of(defaults));
  for (const auto& [option, text] : resolved.format) {
    for (const Field& field : fields) {
      if (field.name == option && field_text(field) == untouched.at(option)) set_field(field, text);
    }
  }
  Dataset dataset = read_dataset(resolved.path, used);
  if (dataset.examples.empty()) {
    throw Error(ErrorKind::data, "holds no examples", {.file = resolved.path.string()});
  }
  return dataset;
}

}  // namespace inkling
