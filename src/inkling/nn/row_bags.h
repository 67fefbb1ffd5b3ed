// What a step reads of a table of which it reads little.
#pragma once

#include "inkling/nn/batch.h"

namespace inkling {

/// Bags of some rows of a table, from either side.
struct RowBags {
  Tensor rows;    ///< int64 [S], rising: which rows of the table
  Batch bags;     ///< of E = 1; an id is a place in `rows`
  Words of_rows;  ///< the transpose: text s is the bags that rows[s] is in, an id which one
};

/// @param batch  of E = 1; an id is a row of the table
RowBags row_bags(const Batch& batch);

/// A batch whose bags of a table [count, D] are its rows, one each.
Batch rows_alone(std::int64_t count, at::ScalarType dtype);

}  // namespace inkling
