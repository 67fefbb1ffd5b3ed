#include "inkling/formats/tsv/tsv.h"

#include "inkling/formats/table.h"

namespace inkling::tsv {

std::unique_ptr<Format> make() {
  return table_format({.format = "tsv",
                       .summary = "columns separated by tabs, not quoted: text<TAB>label",
                       .separator = '\t',
                       .quoted_by_default = false});
}

}  // namespace inkling::tsv
