#include "inkling/train/session.h"

#include <gtest/gtest.h>

#include <set>

#include "inkling/base/file.h"
#include "inkling/base/strings.h"
#include "inkling/base/temporary_folder.h"

namespace inkling {
namespace {

/// Six domains with 4 bad texts and 20 good ones each.
std::string uneven_domains() {
  std::string lines;
  for (int domain = 0; domain < 6; ++domain) {
    for (int i = 0; i < 24; ++i) {
      lines +=
          cat("{\"text\": \"text ", i, " of ", domain, "\", \"label\": \"", i < 4 ? "bad" : "good",
              "\", \"attributes\": {\"domain\": \"d", domain, "\"}}\n");
    }
  }
  return lines;
}

TEST(Session, HoldsWholeGroupsOutWhereTheyAreEnoughForNaturalQueries) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "reviews.jsonl";
  write_file(file, uneven_domains());
  Workers workers(1);
  // Two shots and four queries of each class are more than the 4 bad texts; eight queries of any
  // class are there.
  for (const char* natural : {"true", "false"}) {
    const RunConfig config = config_from_values(
        {{"data", {{"train", file.string()}, {"tasks-by", "group"}, {"holdout", "0.3"}}},
         {"encoder", {{"name", "average"}, {"dimensions", "4"}}},
         {"method", {{"name", "protonet"}}},
         {"episodes", {{"shots", "2"}, {"queries", "4"}, {"natural-queries", natural}}}});
    if (natural == std::string("false")) {
      EXPECT_THROW(TrainingSession(config, workers), Error);
      continue;
    }
    const TrainingSession session(config, workers);
    EXPECT_TRUE(session.learner().shape().natural);
    const auto groups = [](const TextSplit& split) {
      std::set<std::int32_t> all;
      for (const PoolExample& example : split.pool) all.insert(example.group);
      return all;
    };
    const auto trained = groups(session.splits().train);
    const auto held = groups(session.splits().validation);
    EXPECT_EQ(trained.size(), 4);
    EXPECT_EQ(held.size(), 2);
    for (const std::int32_t group : held) EXPECT_FALSE(trained.contains(group)) << group;
    EXPECT_NE(session.validation(), nullptr);
  }
}

}  // namespace
}  // namespace inkling
