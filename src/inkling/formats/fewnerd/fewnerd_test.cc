#include "inkling/formats/fewnerd/fewnerd.h"

#include <set>

#include "inkling/formats/test_help.h"

namespace inkling {
namespace {

using namespace testing_help;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(Fewnerd, NeighboursOfOneTypeAreOneSpan) {
  const auto read = read_bytes(
      "fewnerd", "Ada\tperson-scholar\nLovelace\tperson-scholar\nParis\tlocation-GPE\n.\tO\n\n");
  EXPECT_THAT(read[0].spans, ElementsAre(Span{0, 2, "person-scholar"}, Span{2, 3, "location-GPE"}));
  EXPECT_EQ(write_bytes("fewnerd", read),
            "Ada\tperson-scholar\nLovelace\tperson-scholar\nParis\tlocation-GPE\n.\tO\n\n");
}

TEST(Fewnerd, CannotHoldNeighboursOfOneLabel) {
  auto read = read_bytes("fewnerd", "a\tart-film\nb\tart-film\n");
  read[0].spans = {{0, 1, "art-film"}, {1, 2, "art-film"}};
  EXPECT_THAT(error_of([&] { write_bytes("fewnerd", read); }).message(), HasSubstr("neighbouring"));
}

TEST(Fewnerd, AColumnMissingIsAnErrorWithItsLine) {
  const Error error = error_of([] { read_bytes("fewnerd", "a\tart-film\nb art-film\n"); });
  EXPECT_EQ(error.where().line, 2);
}

TEST(Fewnerd, ReadsBothFilesOfTheSubset) {
  INKLING_SKIP_WITHOUT(real_data("few-nerd"));
  std::set<std::string> types[2];
  const std::vector<std::string> files = {"inter36_dev", "inter36_test"};
  const std::vector<std::size_t> sentences = {11710, 13012};
  const std::vector<std::size_t> spans = {27797, 30608};
  for (std::size_t i = 0; i < 2; ++i) {
    const Dataset data = read_dataset(real_data("few-nerd/" + files[i] + ".txt.gz"), {});
    EXPECT_EQ(data.examples.size(), sentences[i]);
    std::size_t found = 0;
    for (const Example& one : data.examples) {
      found += one.spans.size();
      for (const Span& span : one.spans) types[i].insert(span.label);
    }
    EXPECT_EQ(found, spans[i]);
    EXPECT_TRUE(read_bytes("fewnerd", write_bytes("fewnerd", data.examples)) == data.examples);
  }
  EXPECT_EQ(types[0].size(), 36);
  EXPECT_EQ(types[0], types[1]);
}

}  // namespace
}  // namespace inkling
