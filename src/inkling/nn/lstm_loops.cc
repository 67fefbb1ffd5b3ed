#include "inkling/nn/lstm_loops.h"

#include <algorithm>
#include <cstring>
#include <vector>

// Vectors are never passed between functions that are compiled apart.
#pragma GCC diagnostic ignored "-Wpsabi"

#define INKLING_INLINE [[gnu::always_inline]] inline

namespace inkling {
namespace {

template <class T>
struct Exponential;

/// exp(x) = 2^n exp(r), |r| <= ln 2 / 2, by as many terms of the series as its precision takes.
template <>
struct Exponential<float> {
  using Bits = std::int32_t;
  static constexpr float kLargest = 87;
  static constexpr float kRound =
      0x1.8p23F;  // added, it leaves the nearest integer in the low bits
  static constexpr float kLogHigh = 0.693359375F;
  static constexpr float kLogLow = -2.12194440e-4F;
  static constexpr Bits kBias = 127;
  static constexpr int kMantissa = 23;
  static constexpr int kTerms = 7;
};

template <>
struct Exponential<double> {
  using Bits = std::int64_t;
  static constexpr double kLargest = 708;
  static constexpr double kRound = 0x1.8p52;
  static constexpr double kLogHigh = 6.93145751953125e-1;
  static constexpr double kLogLow = 1.42860682030941723212e-6;
  static constexpr Bits kBias = 1023;
  static constexpr int kMantissa = 52;
  static constexpr int kTerms = 13;
};

/// The loops on registers of `bytes`.
template <class T, int bytes>
struct Loops {
  using Constants = Exponential<T>;
  using Bits = typename Constants::Bits;
  typedef T Vector __attribute__((vector_size(bytes)));
  typedef Bits Words __attribute__((vector_size(bytes)));
  static constexpr std::int64_t kWidth = bytes / static_cast<int>(sizeof(T));
  static constexpr int kTogether = 2;  ///< registers of a gate, so that sums do not wait
  static constexpr std::int64_t kLanes = kTogether * kWidth;

  INKLING_INLINE static Vector load(const T* from) {
    Vector made;
    std::memcpy(&made, from, sizeof made);
    return made;
  }
  INKLING_INLINE static void store(T* to, const Vector& values) {
    std::memcpy(to, &values, sizeof values);
  }

  /// As std::copy_n, without the call that so few numbers do not pay.
  INKLING_INLINE static T* copy(const T* from, std::int64_t count, T* to) {
    if (count < kWidth) return std::copy_n(from, count, to);
    for (std::int64_t i = 0; i + kWidth <= count; i += kWidth) store(to + i, load(from + i));
    store(to + count - kWidth, load(from + count - kWidth));
    return to + count;
  }

  INKLING_INLINE static Vector exponential(const Vector& of) {
    constexpr T kLog2e = T(1.44269504088896340736);
    const Vector largest = Vector{} + Constants::kLargest;
    Vector x = of > largest ? largest : of;
    x = x < -largest ? -largest : x;
    const Vector shifted = x * kLog2e + Constants::kRound;
    const Vector n = shifted - Constants::kRound;
    const Vector r = x - n * Constants::kLogHigh - n * Constants::kLogLow;
    Vector sum = Vector{} + T(1);
#pragma GCC unroll 16
    for (int k = Constants::kTerms; k > 0; --k) sum = T(1) + sum * r * (T(1) / T(k));
    const Words power = ((Words)shifted + Constants::kBias) << Constants::kMantissa;
    return sum * (Vector)power;
  }
  INKLING_INLINE static Vector sigmoid(const Vector& x) { return T(1) / (T(1) + exponential(-x)); }
  INKLING_INLINE static Vector tanh(const Vector& x) { return T(2) * sigmoid(T(2) * x) - T(1); }

  /// sums[gate] += by * the gate's numbers in a row of weights.
  INKLING_INLINE static void add(Vector (&sums)[4][kTogether], T by, const T* row,
                                 std::int64_t padded) {
#pragma GCC unroll 4
    for (int gate = 0; gate < 4; ++gate) {
#pragma GCC unroll 2
      for (int i = 0; i < kTogether; ++i) {
        sums[gate][i] += by * load(row + gate * padded + i * kWidth);
      }
    }
  }

  /// One cell, from the state `before` to the state `after`.
  INKLING_INLINE static void cell(const LstmTexts<T>& texts, std::int64_t direction,
                                  std::int64_t entry, const T* before, T* after, T* cells,
                                  const LstmKept<T>& kept, T* out) {
    const std::int64_t padded = texts.padded;
    const T* weights = texts.weights + direction * texts.rows() * 4 * padded;
    const std::int64_t place = 2 * entry + direction;
    for (std::int64_t lane = 0; lane < padded; lane += kLanes) {
      const T* row = weights + lane;
      Vector sums[4][kTogether] = {};
      for (std::int64_t k = 0; k < texts.inputs; ++k, row += 4 * padded) {
        add(sums, texts.x[entry * texts.inputs + k], row, padded);
      }
      for (std::int64_t k = 0; k < texts.hidden; ++k, row += 4 * padded) {
        add(sums, before[k], row, padded);
      }
      add(sums, T(1), row, padded);
#pragma GCC unroll 2
      for (int i = 0; i < kTogether; ++i) {
        const std::int64_t at = lane + i * kWidth;
        const Vector in = sigmoid(sums[0][i]);
        const Vector forget = sigmoid(sums[1][i]);
        const Vector candidate = tanh(sums[2][i]);
        const Vector output = sigmoid(sums[3][i]);
        const Vector now = forget * load(cells + at) + in * candidate;
        store(cells + at, now);
        store(after + at, output * tanh(now));
        if (kept.gates == nullptr) continue;
        T* gates = kept.gates + place * 4 * padded + at;
        store(gates, in);
        store(gates + padded, forget);
        store(gates + 2 * padded, candidate);
        store(gates + 3 * padded, output);
        store(kept.cells + place * padded + at, now);
      }
    }
    copy(after, texts.hidden, out + place * texts.hidden);
  }

  INKLING_INLINE static void forward(const LstmTexts<T>& texts, std::int64_t first,
                                     std::int64_t last, const LstmKept<T>& kept, T* out) {
    const std::int64_t padded = texts.padded;
    std::vector<T> memory(static_cast<std::size_t>(6 * padded));
    T* const cells = memory.data();
    for (std::int64_t text = first; text < last; ++text) {
      std::ranges::fill(memory, T(0));
      T* before = cells + 2 * padded;
      T* after = before + 2 * padded;
      const std::int64_t begin = texts.offsets[text];
      const std::int64_t end = texts.offsets[text + 1];
      for (std::int64_t i = begin; i < end; ++i, std::swap(before, after)) {
        cell(texts, 0, i, before, after, cells, kept, out);
        cell(texts, 1, begin + end - 1 - i, before + padded, after + padded, cells + padded, kept,
             out);
      }
    }
  }

  /// The way back through one cell.
  /// @param previous    the entry read before it; -1 where it is the first
  /// @param to_state    the gradient of the state after it, from the cell that reads it; becomes
  ///                    that of the state before it
  /// @param to_cell     the same of what the cell holds
  INKLING_INLINE static void back(const LstmTexts<T>& texts, std::int64_t direction,
                                  std::int64_t entry, std::int64_t previous,
                                  const LstmKept<T>& kept, const T* out, const T* towards,
                                  T* to_state, T* to_cell, T* read, T* gates, T* of_x) {
    const std::int64_t padded = texts.padded;
    const std::int64_t hidden = texts.hidden;
    const std::int64_t place = 2 * entry + direction;
    const std::int64_t place_before = 2 * previous + direction;
    for (std::int64_t k = 0; k < hidden; ++k) to_state[k] += towards[place * hidden + k];
    for (std::int64_t at = 0; at < padded; at += kWidth) {
      const T* values = kept.gates + place * 4 * padded + at;
      const Vector in = load(values);
      const Vector forget = load(values + padded);
      const Vector candidate = load(values + 2 * padded);
      const Vector output = load(values + 3 * padded);
      const Vector before = previous < 0 ? Vector{} : load(kept.cells + place_before * padded + at);
      const Vector bent = tanh(load(kept.cells + place * padded + at));
      const Vector state = load(to_state + at);
      const Vector held = load(to_cell + at) + state * output * (T(1) - bent * bent);
      store(gates + at, held * candidate * in * (T(1) - in));
      store(gates + padded + at, held * before * forget * (T(1) - forget));
      store(gates + 2 * padded + at, held * in * (T(1) - candidate * candidate));
      store(gates + 3 * padded + at, state * bent * output * (T(1) - output));
      store(to_cell + at, held * forget);
    }
    T* next = read;
    for (std::int64_t k = 0; k < texts.inputs; ++k) *next++ = texts.x[entry * texts.inputs + k];
    if (previous < 0) {
      next = std::fill_n(next, hidden, T(0));
    } else {
      next = copy(out + place_before * hidden, hidden, next);
    }
    *next = T(1);

    const std::int64_t wide = texts.wide;
    const T* weights = texts.transposed + direction * 4 * hidden * wide;
    for (std::int64_t lane = 0; lane < wide; lane += kLanes) {
      Vector sums[4][kTogether] = {};
      for (std::int64_t j = 0; j < hidden; ++j) {
#pragma GCC unroll 4
        for (int gate = 0; gate < 4; ++gate) {
          const T by = gates[gate * padded + j];
          const T* row = weights + (gate * hidden + j) * wide + lane;
#pragma GCC unroll 2
          for (int i = 0; i < kTogether; ++i) sums[gate][i] += by * load(row + i * kWidth);
        }
      }
#pragma GCC unroll 2
      for (int i = 0; i < kTogether; ++i) {
        store(to_state + lane + i * kWidth, sums[0][i] + sums[1][i] + (sums[2][i] + sums[3][i]));
      }
    }
    for (std::int64_t k = 0; k < texts.inputs; ++k) {
      if (of_x != nullptr) of_x[entry * texts.inputs + k] += to_state[hidden + k];
      to_state[hidden + k] = 0;
    }
  }

  INKLING_INLINE static void backward(const LstmTexts<T>& texts, std::int64_t first,
                                      std::int64_t last, const LstmKept<T>& kept, const T* out,
                                      const T* towards, T* read, T* gates, T* of_x) {
    const std::int64_t padded = texts.padded;
    const std::int64_t wide = texts.wide;
    std::vector<T> memory(static_cast<std::size_t>(2 * (wide + padded)));
    T* const to_state = memory.data();
    T* const to_cell = to_state + 2 * wide;
    const std::int64_t start = texts.offsets[first];
    const auto step = [&](std::int64_t direction, std::int64_t entry,
                          std::int64_t previous) __attribute__((always_inline)) {
      const std::int64_t row = 2 * (entry - start) + direction;
      back(texts, direction, entry, previous, kept, out, towards, to_state + direction * wide,
           to_cell + direction * padded, read + row * texts.rows(), gates + row * 4 * padded, of_x);
    };
    for (std::int64_t text = first; text < last; ++text) {
      std::ranges::fill(memory, T(0));
      const std::int64_t begin = texts.offsets[text];
      const std::int64_t end = texts.offsets[text + 1];
      for (std::int64_t i = begin; i < end; ++i) {
        const std::int64_t mirrored = begin + end - 1 - i;
        step(0, mirrored, mirrored == begin ? -1 : mirrored - 1);
        step(1, i, i == end - 1 ? -1 : i + 1);
      }
    }
  }
};

/// The same loops compiled for a kind of processor.
template <class T>
struct Compiled {
  std::int64_t lanes;
  void (*forward)(const LstmTexts<T>&, std::int64_t, std::int64_t, const LstmKept<T>&, T*);
  void (*backward)(const LstmTexts<T>&, std::int64_t, std::int64_t, const LstmKept<T>&, const T*,
                   const T*, T*, T*, T*);
};

#define INKLING_COMPILED(name, bytes, ...)                                                   \
  template <class T>                                                                         \
  __VA_ARGS__ void forward_##name(const LstmTexts<T>& texts, std::int64_t first,             \
                                  std::int64_t last, const LstmKept<T>& kept, T* out) {      \
    Loops<T, bytes>::forward(texts, first, last, kept, out);                                 \
  }                                                                                          \
  template <class T>                                                                         \
  __VA_ARGS__ void backward_##name(const LstmTexts<T>& texts, std::int64_t first,            \
                                   std::int64_t last, const LstmKept<T>& kept, const T* out, \
                                   const T* towards, T* read, T* gates, T* of_x) {           \
    Loops<T, bytes>::backward(texts, first, last, kept, out, towards, read, gates, of_x);    \
  }                                                                                          \
  template <class T>                                                                         \
  constexpr Compiled<T> kCompiled_##name = {Loops<T, bytes>::kLanes, forward_##name<T>,      \
                                            backward_##name<T>};

INKLING_COMPILED(plain, 16)
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
INKLING_COMPILED(avx2, 32, [[gnu::target("avx2,fma")]])
INKLING_COMPILED(avx512, 64, [[gnu::target("avx512f")]])

template <class T>
const Compiled<T>& compiled() {
  if (__builtin_cpu_supports("avx512f")) return kCompiled_avx512<T>;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return kCompiled_avx2<T>;
  return kCompiled_plain<T>;
}
#else
template <class T>
const Compiled<T>& compiled() {
  return kCompiled_plain<T>;
}
#endif

}  // namespace

template <class T>
std::int64_t lstm_lanes() {
  return compiled<T>().lanes;
}

template <class T>
void lstm_forward(const LstmTexts<T>& texts, std::int64_t first, std::int64_t last,
                  const LstmKept<T>& kept, T* out) {
  compiled<T>().forward(texts, first, last, kept, out);
}

template <class T>
void lstm_backward(const LstmTexts<T>& texts, std::int64_t first, std::int64_t last,
                   const LstmKept<T>& kept, const T* out, const T* towards, T* read, T* gates,
                   T* of_x) {
  compiled<T>().backward(texts, first, last, kept, out, towards, read, gates, of_x);
}

template std::int64_t lstm_lanes<float>();
template std::int64_t lstm_lanes<double>();
template void lstm_forward(const LstmTexts<float>&, std::int64_t, std::int64_t,
                           const LstmKept<float>&, float*);
template void lstm_forward(const LstmTexts<double>&, std::int64_t, std::int64_t,
                           const LstmKept<double>&, double*);
template void lstm_backward(const LstmTexts<float>&, std::int64_t, std::int64_t,
                            const LstmKept<float>&, const float*, const float*, float*, float*,
                            float*);
template void lstm_backward(const LstmTexts<double>&, std::int64_t, std::int64_t,
                            const LstmKept<double>&, const double*, const double*, double*, double*,
                            double*);

}  // namespace inkling
