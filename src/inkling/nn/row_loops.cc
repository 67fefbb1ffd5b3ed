#include "inkling/nn/row_loops.h"

#include "inkling/nn/clones.h"

namespace inkling {
namespace {

template <class T>
[[gnu::always_inline]] inline void add_row(T* out, const T* row, T weight, std::int64_t size) {
  for (std::int64_t i = 0; i < size; ++i) out[i] += weight * row[i];
}

template <class T>
[[gnu::always_inline]] inline T dot_row(const T* a, const T* b, std::int64_t size) {
  // Sums side by side, as many as fill the widest registers twice.
  constexpr std::int64_t kLanes = 32;
  T lanes[kLanes] = {};
  std::int64_t i = 0;
  for (; i + kLanes <= size; i += kLanes) {
    for (std::int64_t lane = 0; lane < kLanes; ++lane) lanes[lane] += a[i + lane] * b[i + lane];
  }
  T sum = 0;
  for (; i < size; ++i) sum += a[i] * b[i];
  for (const T lane : lanes) sum += lane;
  return sum;
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
