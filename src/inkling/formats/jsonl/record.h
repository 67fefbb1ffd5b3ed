// An example as a JSON object and back.
#pragma once

#include "inkling/data/example.h"
#include "inkling/formats/format.h"
#include "inkling/formats/json.h"

namespace inkling::jsonl {

/// Which of the columns asked for were seen in any record.
struct SeenColumns {
  bool label = false;
  bool group = false;
};

/// @throws Error data, naming the line and the key; usage, for a text column that is not there
Example read_record(simdjson::dom::element record, const FormatOptions& options, const Where& where,
                    SeenColumns& seen);

/// The object on one line, without its line break. The example has no fault.
std::string write_record(const Example& example, const FormatOptions& options);

}  // namespace inkling::jsonl
