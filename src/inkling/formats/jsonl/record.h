// An example as a JSON object and back.
#pragma once

#include <optional>
#include <string>

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

/// A contradiction in an example: the field it stands in and what it is.
struct Fault {
  std::string field;
  std::string message;
};

/// Ranges outside of the text or the tokens, columns of another length than the tokens, numbers
/// that are not finite.
std::optional<Fault> fault_of(const Example& example);

}  // namespace inkling::jsonl
