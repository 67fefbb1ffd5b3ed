#include "inkling/config/toml.h"

#include <gtest/gtest.h>

#include "inkling/base/error.h"
#include "inkling/config/fields.h"

namespace inkling {
namespace {

Where refused_at(std::string_view text) {
  try {
    parse_toml(text, "x.toml");
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    return error.where();
  }
  ADD_FAILURE() << "nothing was refused";
  return {};
}

TEST(Toml, GivesValuesAsTheTextThatOptionsRead) {
  const TomlNode root = parse_toml(
      "a = 5\nb = 0.25\nc = true\nd = \"text\"\ne = [1, 2]\nf = [\"x,y\", \"z\"]\n", "x.toml");
  EXPECT_EQ(root.children.at("a").text, "5");
  EXPECT_EQ(root.children.at("b").text, "0.25");
  EXPECT_EQ(root.children.at("c").text, "true");
  EXPECT_EQ(root.children.at("d").text, "text");
  EXPECT_EQ(root.children.at("e").text, "1,2");
  EXPECT_EQ(split_list(root.children.at("f").text), (std::vector<std::string>{"x,y", "z"}));
}

TEST(Toml, KnowsTheLineOfEveryKey) {
  const TomlNode root =
      parse_toml("\n[one]\na = 1\n\nb = 2\n[[many]]\nc = 3\n[[many]]\n", "x.toml");
  EXPECT_EQ(root.children.at("one").line, 2);
  EXPECT_EQ(root.children.at("one").children.at("b").line, 5);
  ASSERT_EQ(root.children.at("many").items.size(), 2U);
  EXPECT_EQ(root.children.at("many").items[0].children.at("c").line, 7);
  EXPECT_EQ(root.children.at("many").items[1].line, 8);
}

TEST(Toml, RefusesWithFileAndLine) {
  EXPECT_EQ(refused_at("a = 1\nb = = 2\n").line, 2);
  EXPECT_EQ(refused_at("a = 1\na = 2\n").line, 2);
  EXPECT_EQ(refused_at("\n\nwhen = 2020-01-01\n").line, 3);
  EXPECT_EQ(refused_at("a = [1,\n[2]]\n").line, 2);
  EXPECT_EQ(refused_at("a = [\"\"]\n").field, "a");
  EXPECT_EQ(refused_at("a = \"\xff\"\n").file, "x.toml");
}

TEST(Toml, SurvivesDeepNesting) {
  EXPECT_EQ(refused_at("a = " + std::string(100000, '[')).file, "x.toml");
}

}  // namespace
}  // namespace inkling
