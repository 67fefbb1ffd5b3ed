#include "inkling/methods/fomaml/fomaml.h"

#include <gtest/gtest.h>

#include "inkling/methods/test_help.h"

namespace inkling::fomaml {
namespace {

using testing_help::expect_same_method;
using testing_help::has_option;

TEST(FoMaml, IsMamlOfFirstOrder) {
  expect_same_method("fomaml", "maml first-order=true");
  expect_same_method("fomaml inner-steps=2 adapt=head",
                     "maml first-order=true inner-steps=2 adapt=head");
}

TEST(FoMaml, CannotBeOfSecondOrder) {
  EXPECT_FALSE(has_option("fomaml", "first-order"));
  EXPECT_TRUE(has_option("fomaml", "adapt"));
  EXPECT_FALSE(make({})->traits().second_order);
}

}  // namespace
}  // namespace inkling::fomaml
