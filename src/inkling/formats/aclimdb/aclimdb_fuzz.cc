#include <cstdlib>

#include "inkling/formats/aclimdb/review_name.h"

using namespace inkling::aclimdb;

/// A name that is read is written the same, and the order of numbers is an order.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view name(reinterpret_cast<const char*>(data), size);
  const auto review = parse_name(name);
  if (!review) return 0;
  if (write_name(*review) != name) std::abort();
  if (number_less(review->id, review->stars) && number_less(review->stars, review->id))
    std::abort();
  if (number_less(review->id, review->id)) std::abort();
  return 0;
}
