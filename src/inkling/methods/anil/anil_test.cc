#include "inkling/methods/anil/anil.h"

#include <gtest/gtest.h>

#include "inkling/methods/test_help.h"

namespace inkling::anil {
namespace {

using testing_help::expect_same_method;
using testing_help::has_option;

TEST(Anil, IsMamlOfTheHeadAlone) {
  expect_same_method("anil", "maml adapt=head");
  expect_same_method("anil first-order=true", "maml adapt=head first-order=true");
  EXPECT_FALSE(has_option("anil", "adapt"));
}

TEST(Anil, AdaptsNothingOfTheEncoder) {
  const testing_help::MethodProblem problem("anil");
  for (const auto& [name, value] : problem.adapted().params) {
    EXPECT_EQ(at::equal(value, problem.meta.at(name)), of_encoder(name)) << name;
  }
}

}  // namespace
}  // namespace inkling::anil
