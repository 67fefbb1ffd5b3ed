#include "inkling/methods/boil/boil.h"

#include <gtest/gtest.h>

#include "inkling/methods/test_help.h"

namespace inkling::boil {
namespace {

using testing_help::expect_same_method;
using testing_help::has_option;

TEST(Boil, IsMamlOfTheBodyAlone) {
  expect_same_method("boil", "maml adapt=body");
  expect_same_method("boil first-order=true", "maml adapt=body first-order=true");
  EXPECT_FALSE(has_option("boil", "adapt"));
}

TEST(Boil, AdaptsNothingOfTheHead) {
  const testing_help::MethodProblem problem("boil");
  for (const auto& [name, value] : problem.adapted().params) {
    EXPECT_EQ(at::equal(value, problem.meta.at(name)), of_head(name)) << name;
  }
}

}  // namespace
}  // namespace inkling::boil
