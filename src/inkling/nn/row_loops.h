// Loops over the numbers of a row, vectorised for the processor at hand.
#pragma once

#include <cstdint>

namespace inkling {

/// out[i] += weight * row[i].
void add_scaled(float* out, const float* row, float weight, std::int64_t size);
void add_scaled(double* out, const double* row, double weight, std::int64_t size);

/// out = the sum over i of weights[i] * row places[i] of `rows`, added in their order.
void sum_rows(float* out, const float* rows, const std::int64_t* places, const float* weights,
              std::int64_t count, std::int64_t width);
void sum_rows(double* out, const double* rows, const std::int64_t* places, const double* weights,
              std::int64_t count, std::int64_t width);

/// The sum of a[i] * b[i], added in float64 and always in the same order: inner loops whose steps
/// are long multiply what is lost here (bench/README.md, cnn).
float dot(const float* a, const float* b, std::int64_t size);
double dot(const double* a, const double* b, std::int64_t size);

/// Where row[i] > best[i]: best[i] = row[i], place[i] = now.
void keep_larger(float* best, std::int32_t* place, const float* row, std::int32_t now,
                 std::int64_t size);
void keep_larger(double* best, std::int32_t* place, const double* row, std::int32_t now,
                 std::int64_t size);

}  // namespace inkling
