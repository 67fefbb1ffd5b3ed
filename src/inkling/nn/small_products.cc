#include "inkling/nn/small_products.h"

#include "inkling/nn/clones.h"
#include "inkling/nn/row_loops.h"

namespace inkling {
namespace {

/// Numbers of one vector: those of the widest registers, which narrower processors take in parts.
template <class T>
constexpr std::int64_t kLanes = 64 / sizeof(T);

/// The sums of kRows rows and kVectors vectors of kSize numbers stay in registers while the columns
/// go by.
template <class T, int kRows, int kVectors, std::int64_t kSize>
[[gnu::always_inline]] inline void block(T* out, const Left<T>& a, const T* x, std::int64_t columns,
                                         std::int64_t width) {
  typedef T Vector __attribute__((vector_size(kSize * sizeof(T))));
  Vector sums[kRows][kVectors];
  for (int r = 0; r < kRows; ++r) {
    for (int v = 0; v < kVectors; ++v) {
      __builtin_memcpy(&sums[r][v], out + r * width + v * kSize, sizeof(Vector));
    }
  }
  for (std::int64_t c = 0; c < columns; ++c) {
    const T* from = a.data + c * a.column_step;
    Vector row[kVectors];
    for (int v = 0; v < kVectors; ++v) {
      __builtin_memcpy(&row[v], x + c * width + v * kSize, sizeof(Vector));
    }
    for (int r = 0; r < kRows; ++r) {
      const T by = from[r * a.row_step];
      for (int v = 0; v < kVectors; ++v) sums[r][v] += by * row[v];
    }
  }
  for (int r = 0; r < kRows; ++r) {
    for (int v = 0; v < kVectors; ++v) {
      __builtin_memcpy(out + r * width + v * kSize, &sums[r][v], sizeof(Vector));
    }
  }
}

template <class T, int kRows>
[[gnu::always_inline]] inline void rows_of_product(T* out, const Left<T>& a, const T* x,
                                                   std::int64_t columns, std::int64_t width) {
  constexpr std::int64_t kWide = kLanes<T>;
  constexpr std::int64_t kNarrow = kWide / 4;
  std::int64_t at = 0;
  for (; at + 3 * kWide <= width; at += 3 * kWide) {
    block<T, kRows, 3, kWide>(out + at, a, x + at, columns, width);
  }
  for (; at + kWide <= width; at += kWide) {
    block<T, kRows, 1, kWide>(out + at, a, x + at, columns, width);
  }
  for (; at + kNarrow <= width; at += kNarrow) {
    block<T, kRows, 1, kNarrow>(out + at, a, x + at, columns, width);
  }
  for (; at < width; ++at) {
    T sums[kRows];
    for (int r = 0; r < kRows; ++r) sums[r] = out[r * width + at];
    for (std::int64_t c = 0; c < columns; ++c) {
      const T by = x[c * width + at];
      for (int r = 0; r < kRows; ++r) sums[r] += a.data[r * a.row_step + c * a.column_step] * by;
    }
    for (int r = 0; r < kRows; ++r) out[r * width + at] = sums[r];
  }
}

template <class T>
[[gnu::always_inline]] inline void product(T* out, Left<T> a, const T* x, std::int64_t rows,
                                           std::int64_t columns, std::int64_t width) {
  constexpr int kRows = 5;
  std::int64_t r = 0;
  const auto next = [&](std::int64_t count) {
    r += count;
    a.data += count * a.row_step;
    out += count * width;
  };
  while (r + kRows <= rows) {
    rows_of_product<T, kRows>(out, a, x, columns, width);
    next(kRows);
  }
  while (r < rows) {
    rows_of_product<T, 1>(out, a, x, columns, width);
    next(1);
  }
}

/// One column x: sums of a's rows, or of its columns, whichever lie together.
template <class T>
[[gnu::always_inline]] inline bool by_column(T* out, const Left<T>& a, const T* x,
                                             std::int64_t rows, std::int64_t columns,
                                             std::int64_t width) {
  if (width != 1 || (a.column_step != 1 && (a.row_step != 1 || a.column_step != rows))) {
    return false;
  }
  if (a.column_step == 1) {
    for (std::int64_t r = 0; r < rows; ++r) out[r] += dot(a.data + r * a.row_step, x, columns);
  } else {
    product<T>(out, {x, 0, 1}, a.data, 1, columns, rows);
  }
  return true;
}

template <class T>
[[gnu::always_inline]] inline void transposed(T* out, const T* x, std::int64_t rows,
                                              std::int64_t columns) {
  for (std::int64_t c = 0; c < columns; ++c) {
    for (std::int64_t r = 0; r < rows; ++r) out[c * rows + r] = x[r * columns + c];
  }
}

}  // namespace

INKLING_CLONES void add_product(float* out, Left<float> a, const float* x, std::int64_t rows,
                                std::int64_t columns, std::int64_t width) {
  if (by_column(out, a, x, rows, columns, width)) return;
  product(out, a, x, rows, columns, width);
}
INKLING_CLONES void add_product(double* out, Left<double> a, const double* x, std::int64_t rows,
                                std::int64_t columns, std::int64_t width) {
  if (by_column(out, a, x, rows, columns, width)) return;
  product(out, a, x, rows, columns, width);
}
INKLING_CLONES void transpose(float* out, const float* x, std::int64_t rows, std::int64_t columns) {
  transposed(out, x, rows, columns);
}
INKLING_CLONES void transpose(double* out, const double* x, std::int64_t rows,
                              std::int64_t columns) {
  transposed(out, x, rows, columns);
}

}  // namespace inkling
