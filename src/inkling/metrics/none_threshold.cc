#include "inkling/metrics/none_threshold.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "inkling/base/error.h"

namespace inkling {
namespace {

/// A shift above `margin` has the item answered "none"; it is right by `below` where the shift is
/// lower and by `above` where it is higher.
struct Item {
  double margin;
  int below;
  int above;
};

}  // namespace

double best_none_shift(std::span<const Answers> tests) {
  std::vector<Item> items;
  std::int64_t right = 0;  // below all margins
  for (const Answers& answers : tests) {
    check(answers);
    if (answers.classes != tests.front().classes || answers.classes < 2) {
      throw Error(ErrorKind::internal, "answers with a none of the above differ in their classes");
    }
    const std::int32_t none = answers.classes - 1;
    for (std::int64_t i = 0; i < answers.size(); ++i) {
      const auto own = answers.row(i).first(static_cast<std::size_t>(none));
      const std::int32_t nearest = argmax(own);
      const std::int32_t truth = answers.truth[static_cast<std::size_t>(i)];
      const Item item = {own[static_cast<std::size_t>(nearest)] - answers.row(i).back(),
                         truth == nearest ? 1 : 0, truth == none ? 1 : 0};
      right += item.below;
      items.push_back(item);
    }
  }
  if (items.empty()) return 0;
  std::ranges::sort(items, {}, &Item::margin);
  // Shifts between two neighbouring margins are equally good: [low, high).
  double best = 0;
  std::int64_t most = -1;
  double low = -std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i <= items.size(); ++i) {
    const double high =
        i < items.size() ? items[i].margin : std::numeric_limits<double>::infinity();
    if (low < high) {
      double shift = (low + high) / 2;
      if (low < 0 && 0 < high) {
        shift = 0;
      } else if (std::isinf(low)) {
        shift = high - 1;
      } else if (std::isinf(high)) {
        shift = low + 1;
      }
      if (right > most || (right == most && std::abs(shift) < std::abs(best))) {
        most = right;
        best = shift;
      }
    }
    if (i == items.size()) break;
    right += items[i].above - items[i].below;
    low = high;
  }
  return best;
}

}  // namespace inkling
