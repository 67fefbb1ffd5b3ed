// The loops of linear_chain.h over one sentence, in double precision and scaled so that sums over
// paths stay near one.
#pragma once

#include <cstdint>
#include <vector>

namespace inkling {

/// The weights of an episode as the loops read them: exponentials, each table less its largest.
struct ChainTable {
  /// @param weights  [C + 2, C]: transitions, starts, ends
  ChainTable(const double* weights, std::int64_t tags);

  std::int64_t tags;
  std::vector<double> on;    ///< [C, C]: from, to
  std::vector<double> back;  ///< [C, C]: to, from
  std::vector<double> starts;
  std::vector<double> ends;
  double shift_on, shift_starts, shift_ends;  ///< what was taken off
};

/// How the weights move, for derivatives along that: `on`, `back`, `starts` and `ends` of the table
/// times the movement.
struct ChainMovement {
  /// @param weights  [C + 2, C]
  ChainMovement(const ChainTable& table, const double* weights);

  std::vector<double> on;
  std::vector<double> back;
  std::vector<double> starts;
  std::vector<double> ends;
};

/// What is known of a sentence of L >= 1 tags. Memory is kept from one sentence to the next.
class ChainPasses {
 public:
  explicit ChainPasses(const ChainTable& table) : table_(table) {}

  /// Over the sums of beginnings. @param scores [L, C]
  /// @return log of the sum over all paths; minus infinity where all are forbidden, and then what
  ///         the other passes add is nothing
  double ahead(const double* scores, std::int64_t length);
  /// After ahead(): adds `by` times the tags' probabilities to `of_tags` [L, C], and those of
  /// transitions, starts and ends to `of_weights` [C + 2, C].
  void back(double by, double* of_tags, double* of_weights);
  /// After ahead(): adds `by` times the derivative of what back() adds, where the scores move as
  /// `scores` [L, C] and the weights as `movement` say.
  /// @return the derivative of ahead()
  double along(const double* scores, const ChainMovement& movement, double by, double* of_tags,
               double* of_weights);

 private:
  double* row(std::vector<double>& of, std::int64_t place) const {
    return of.data() + place * table_.tags;
  }
  double moved_ahead(const double* scores, const ChainMovement& movement);
  /// Adds by * on * (the sum over the places of from^T to, `to` a place later).
  void add_pairs(const std::vector<double>& on, const std::vector<double>& from,
                 const std::vector<double>& to, double by, double* of_weights);

  const ChainTable& table_;
  std::int64_t length_ = 0;
  bool forbidden_ = false;       ///< every path
  std::vector<double> likely_;   ///< [L, C]: exp(scores), each place's less its largest
  std::vector<double> begun_;    ///< [L, C]: sums over beginnings, each place's divided by `scale_`
  std::vector<double> scale_;    ///< [L + 1]; the last is of the ends
  std::vector<double> ending_;   ///< [L, C]: sums over endings, so that begun * ending is a
                                 ///< probability
  std::vector<double> entered_;  ///< [L, C]: likely * ending / scale
  std::vector<double> begun_moved_, ending_moved_, entered_moved_;  ///< their derivatives
  std::vector<double> rate_;   ///< [L + 1]: the derivative of log scale_
  std::vector<double> pairs_;  ///< [C, C]
};

}  // namespace inkling
