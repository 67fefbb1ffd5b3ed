#include "inkling/formats/tacred/tacred.h"

#include "inkling/formats/test_help.h"

namespace inkling {
namespace {

using namespace testing_help;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

constexpr const char* kRecord =
    R"({"token": ["Ada", "Lovelace", "was", "happy"], "relation": "per:mood", "subj_start": 0, "subj_end": 1, )"
    R"("subj_type": "PERSON", "obj_start": 3, "obj_end": 3, "obj_type": "MOOD", )"
    R"("stanford_head": [2, 3, 0, 3], "stanford_pos": ["N", "N", "V", "J"], "docid": "d", "id": "61b3"})";

std::string list_of(const std::string& record) {
  return "[" + record + "]\n";
}

TEST(Tacred, ReadsSubjectObjectAndRelation) {
  const auto read = read_bytes("tacred", list_of(kRecord));
  ASSERT_EQ(read.size(), 1);
  EXPECT_THAT(read[0].relations,
              ElementsAre(Relation{{0, 2, "PERSON"}, {3, 4, "MOOD"}, "per:mood"}));
  EXPECT_THAT(read[0].token_columns.at("stanford_head"), ElementsAre("2", "3", "0", "3"));
  EXPECT_THAT(read[0].metadata, ElementsAre(Pair("docid", "d"), Pair("id", "61b3")));
  EXPECT_EQ(write_bytes("tacred", read), list_of(kRecord));
}

TEST(Tacred, WithoutARelationItsTypeIsEmpty) {
  const auto read = read_bytes(
      "tacred",
      R"([{"token": ["a", "b"], "subj_start": 1, "subj_end": 1, "obj_start": 0, "obj_end": 0}])");
  EXPECT_EQ(read[0].relations[0], (Relation{{1, 2, ""}, {0, 1, ""}, ""}));
  EXPECT_EQ(read_bytes("tacred", write_bytes("tacred", read)), read);
}

TEST(Tacred, FaultsAreErrorsWithLineAndKey) {
  const auto replaced = [](const std::string& what, const std::string& by) {
    std::string record = kRecord;
    return record.replace(record.find(what), what.size(), by);
  };
  struct Case {
    std::string record;
    std::string field;
    std::string message;
  };
  for (const Case& fault : std::vector<Case>{
           {replaced("\"subj_start\": 0", "\"subj_start\": 4"), "subj_start", "from 0 to 3"},
           {replaced("\"subj_end\": 1", "\"subj_end\": 4"), "subj_end", "from 0 to 3"},
           {replaced("\"obj_end\": 3", "\"obj_end\": 2"), "obj_end", "from 3 to 3"},
           {replaced("\"obj_end\": 3, ", ""), "obj_end", "has no obj_end"},
           {replaced("[2, 3, 0, 3]", "[2, 3, 0]"), "stanford_head", "3 values for 4 tokens"},
           {replaced("\"token\"", "\"tokens\""), "token", "has no token"},
       }) {
    const Error error = error_of(
        [&] { read_bytes("tacred", "[" + std::string(kRecord) + ",\n" + fault.record + "]"); });
    EXPECT_EQ(error.kind(), ErrorKind::data) << fault.record;
    EXPECT_EQ(error.where().line, 2) << fault.record;
    EXPECT_EQ(error.where().field, fault.field) << fault.record;
    EXPECT_THAT(error.message(), HasSubstr(fault.message)) << fault.record;
  }
}

TEST(Tacred, ALabelOrASecondRelationIsNotWritten) {
  auto read = read_bytes("tacred", list_of(kRecord));
  read[0].label = "other";
  EXPECT_EQ(error_of([&] { write_bytes("tacred", read); }).where().field, "label");
  read[0].relations.push_back(read[0].relations[0]);
  EXPECT_EQ(error_of([&] { write_bytes("tacred", read); }).where().field, "relations");
}

}  // namespace
}  // namespace inkling
