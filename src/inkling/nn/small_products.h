// Products of small matrices, where calling a library takes as long as the product: row by row in
// memory, added to what is there, always in the same order.
#pragma once

#include <cstdint>

namespace inkling {

/// The left factor of a product, a[r, c] at data[r * row_step + c * column_step]: a matrix, its
/// transpose or a part.
template <class T>
struct Left {
  const T* data;
  std::int64_t row_step;
  std::int64_t column_step;
};

/// out[r, w] += sum over c of a[r, c] * x[c, w].
///
/// @param out  [rows, width]
/// @param x    [columns, width]
void add_product(float* out, Left<float> a, const float* x, std::int64_t rows, std::int64_t columns,
                 std::int64_t width);
void add_product(double* out, Left<double> a, const double* x, std::int64_t rows,
                 std::int64_t columns, std::int64_t width);

/// out[c, r] = x[r, c], x [rows, columns].
void transpose(float* out, const float* x, std::int64_t rows, std::int64_t columns);
void transpose(double* out, const double* x, std::int64_t rows, std::int64_t columns);

}  // namespace inkling
