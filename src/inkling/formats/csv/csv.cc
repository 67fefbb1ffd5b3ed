#include "inkling/formats/csv/csv.h"

#include "inkling/formats/table.h"

namespace inkling::csv {

std::unique_ptr<Format> make() {
  return table_format({.format = "csv",
                       .summary = "columns separated by commas, quoted as RFC 4180: text,label",
                       .separator = ',',
                       .quoted_by_default = true});
}

}  // namespace inkling::csv
