// The loops of an LSTM over the entries of texts, both directions side by side, vectorised for the
// processor at hand.
#pragma once

#include <cstdint>

namespace inkling {

/// Texts of x [T, K], and the weights that they are read with. The first axis of a weight is the
/// direction: forward, backward. Gates are in the order input, forget, candidate, output, each of
/// `padded` numbers of which the first `hidden` count and the rest have zero weights.
template <class T>
struct LstmTexts {
  std::int64_t inputs;  ///< K
  std::int64_t hidden;
  std::int64_t padded;          ///< the multiple of lstm_lanes from `hidden` on
  std::int64_t wide;            ///< the same from K + hidden on
  const std::int64_t* offsets;  ///< [texts + 1]
  const T* x;                   ///< [T, K]
  const T* weights;             ///< [2, K + hidden + 1, 4, padded]: rows of x, of the state, of one
  /// [2, 4, hidden, wide]: for each number of a gate its weights of the state, then those of x;
  /// read on the way back.
  const T* transposed = nullptr;

  std::int64_t rows() const { return inputs + hidden + 1; }
};

/// What is kept of the way there for the way back.
template <class T>
struct LstmKept {
  T* gates = nullptr;  ///< [T, 2, 4, padded]; null where nothing is kept
  T* cells = nullptr;  ///< [T, 2, padded]
};

/// Numbers that the loops take at a time.
template <class T>
std::int64_t lstm_lanes();

/// The states of both directions at every entry of texts `first` .. `last`. @param out [T, 2
/// hidden]
template <class T>
void lstm_forward(const LstmTexts<T>& texts, std::int64_t first, std::int64_t last,
                  const LstmKept<T>& kept, T* out);

/// The way back through texts `first` .. `last`, whose entries are rows of `read` and `gates` from
/// 0 on.
/// @param towards  the gradient of `out`
/// @param read     [rows, 2, K + hidden + 1]: what entered each cell, that is x, the state before,
/// 1
/// @param gates    [rows, 2, 4, padded]: the gradient of the sums that entered each gate
/// @param of_x     [T, K]: the gradient of x is added here; null where it is not asked for
template <class T>
void lstm_backward(const LstmTexts<T>& texts, std::int64_t first, std::int64_t last,
                   const LstmKept<T>& kept, const T* out, const T* towards, T* read, T* gates,
                   T* of_x);

}  // namespace inkling
