#include "inkling/nn/row_loops.h"

#include "inkling/nn/clones.h"

namespace inkling {
namespace {

template <class T>
[[gnu::always_inline]] inline void add_row(T* out, const T* row, T weight, std::int64_t size) {
  for (std::int64_t i = 0; i < size; ++i) out[i] += weight * row[i];
}

/// kVectors vectors of kSize numbers stay in registers while the rows go by. Of 32 bytes each:
/// where registers are no wider, the compiler keeps wider vectors in memory.
template <class T, int kVectors, std::int64_t kSize>
[[gnu::always_inline]] inline void sum_block(T* out, const T* rows, const std::int64_t* places,
                                             const T* weights, std::int64_t count,
                                             std::int64_t width) {
  typedef T Vector __attribute__((vector_size(kSize * sizeof(T))));
  Vector sums[kVectors];
  for (int v = 0; v < kVectors; ++v) sums[v] = Vector{};
  for (std::int64_t i = 0; i < count; ++i) {
    const T* row = rows + places[i] * width;
    for (int v = 0; v < kVectors; ++v) {
      Vector part;
      __builtin_memcpy(&part, row + v * kSize, sizeof(Vector));
      sums[v] += weights[i] * part;
    }
  }
  for (int v = 0; v < kVectors; ++v) __builtin_memcpy(out + v * kSize, &sums[v], sizeof(Vector));
}

template <class T>
[[gnu::always_inline]] inline void sum_all(T* out, const T* rows, const std::int64_t* places,
                                           const T* weights, std::int64_t count,
                                           std::int64_t width) {
  constexpr std::int64_t kWide = 32 / sizeof(T);
  std::int64_t at = 0;
  for (; at + 8 * kWide <= width; at += 8 * kWide) {
    sum_block<T, 8, kWide>(out + at, rows + at, places, weights, count, width);
  }
  for (; at + kWide <= width; at += kWide) {
    sum_block<T, 1, kWide>(out + at, rows + at, places, weights, count, width);
  }
  for (; at < width; ++at) {
    T sum = 0;
    for (std::int64_t i = 0; i < count; ++i) sum += weights[i] * rows[places[i] * width + at];
    out[at] = sum;
  }
}

template <class T>
[[gnu::always_inline]] inline T dot_row(const T* a, const T* b, std::int64_t size) {
  // Sums side by side, as many as fill the widest registers twice.
  constexpr std::int64_t kLanes = 16;
  double lanes[kLanes] = {};
  std::int64_t i = 0;
  for (; i + kLanes <= size; i += kLanes) {
    for (std::int64_t lane = 0; lane < kLanes; ++lane) {
      lanes[lane] += static_cast<double>(a[i + lane]) * static_cast<double>(b[i + lane]);
    }
  }
  double sum = 0;
  for (; i < size; ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  for (const double lane : lanes) sum += lane;
  return static_cast<T>(sum);
}

template <class T>
[[gnu::always_inline]] inline void keep_row(T* best, std::int32_t* place, const T* row,
                                            std::int32_t now, std::int64_t size) {
  for (std::int64_t i = 0; i < size; ++i) {
    const bool larger = row[i] > best[i];
    best[i] = larger ? row[i] : best[i];
    place[i] = larger ? now : place[i];
  }
}

}  // namespace

INKLING_CLONES void add_scaled(float* out, const float* row, float weight, std::int64_t size) {
  add_row(out, row, weight, size);
}
INKLING_CLONES void add_scaled(double* out, const double* row, double weight, std::int64_t size) {
  add_row(out, row, weight, size);
}
INKLING_CLONES void sum_rows(float* out, const float* rows, const std::int64_t* places,
                             const float* weights, std::int64_t count, std::int64_t width) {
  sum_all(out, rows, places, weights, count, width);
}
INKLING_CLONES void sum_rows(double* out, const double* rows, const std::int64_t* places,
                             const double* weights, std::int64_t count, std::int64_t width) {
  sum_all(out, rows, places, weights, count, width);
}
INKLING_CLONES float dot(const float* a, const float* b, std::int64_t size) {
  return dot_row(a, b, size);
}
INKLING_CLONES double dot(const double* a, const double* b, std::int64_t size) {
  return dot_row(a, b, size);
}
INKLING_CLONES void keep_larger(float* best, std::int32_t* place, const float* row,
                                std::int32_t now, std::int64_t size) {
  keep_row(best, place, row, now, size);
}
INKLING_CLONES void keep_larger(double* best, std::int32_t* place, const double* row,
                                std::int32_t now, std::int64_t size) {
  keep_row(best, place, row, now, size);
}

}  // namespace inkling
