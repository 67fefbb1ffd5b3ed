// What a loss is to a second derivative: the gradient of an episode's mean loss with respect to its
// scores, and how that gradient changes with them.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace inkling {

/// The mean of (score - value)^2 over units and columns.
template <class T>
struct SquaredError {
  std::int64_t units, columns;

  /// @param out  the loss's gradient with respect to the scores
  /// @return     the loss
  T gradient(T* out, T* scores, const T* values) const {
    T sum = 0;
    for (std::int64_t i = 0; i < units * columns; ++i) {
      const T off = scores[i] - values[i];
      sum += off * off;
      out[i] = factor() * off;
    }
    return sum / static_cast<T>(units * columns);
  }
  /// A change of the scores becomes that of their gradient.
  void curvature(T* change, const T*) const {
    for (std::int64_t i = 0; i < units * columns; ++i) change[i] *= factor();
  }
  T factor() const { return T(2) / static_cast<T>(units * columns); }
};

/// The mean over units of -log softmax(scores)[class]; one column is the score of class 1, that of
/// class 0 being 0.
template <class T>
struct CrossEntropy {
  std::int64_t units, columns;

  /// The gradient is (p - [class]) / U; the scores become the probabilities p.
  T gradient(T* out, T* scores, const std::int64_t* classes) const {
    const std::int64_t first = columns == 1 ? 1 : 0;
    T loss = 0;
    for (std::int64_t u = 0; u < units; ++u, out += columns, scores += columns) {
      const std::int64_t right = classes[u] - first;
      const T score = right < 0 ? T(0) : scores[right];
      loss += softmax(scores) - score;
      for (std::int64_t k = 0; k < columns; ++k) {
        out[k] = (scores[k] - (k == right ? T(1) : T(0))) / static_cast<T>(units);
      }
    }
    return loss / static_cast<T>(units);
  }

  /// p (change - <p, change>) / U.
  void curvature(T* change, const T* p) const {
    for (std::int64_t u = 0; u < units; ++u, change += columns, p += columns) {
      T mean = 0;
      for (std::int64_t k = 0; k < columns; ++k) mean += p[k] * change[k];
      for (std::int64_t k = 0; k < columns; ++k) {
        change[k] = p[k] * (change[k] - mean) / static_cast<T>(units);
      }
    }
  }

 private:
  /// @return  the logarithm of the sum of the scores' exponentials
  T softmax(T* scores) const {
    T largest = *std::max_element(scores, scores + columns);
    T sum = 0;
    if (columns == 1) {
      largest = std::max(largest, T(0));
      sum = std::exp(-largest);
    }
    for (std::int64_t k = 0; k < columns; ++k) {
      scores[k] = std::exp(scores[k] - largest);
      sum += scores[k];
    }
    for (std::int64_t k = 0; k < columns; ++k) scores[k] /= sum;
    return largest + std::log(sum);
  }
};

}  // namespace inkling
