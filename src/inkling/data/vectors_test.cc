#include "inkling/data/vectors.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <cstdlib>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/base/temporary_folder.h"
#include "inkling/data/catalogue.h"

namespace inkling {
namespace {

class VectorsTest : public testing::Test {
 protected:
  std::filesystem::path text(const std::string& content) const {
    write_file(folder_.path() / "source", content);
    return folder_.path() / "source";
  }
  WordVectors compact(const WordVectorsBuilder& builder, bool half = false) const {
    builder.write(folder_.path() / "v", half);
    return WordVectors::open(folder_.path() / "v");
  }

  TemporaryFolder folder_;
};

using WordVectorsText = VectorsTest;
using WordVectorsWink = VectorsTest;
using WordVectorsFile = VectorsTest;

template <class Work>
Error error_of(Work work) {
  try {
    work();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "no error";
  return {ErrorKind::internal, ""};
}

TEST_F(WordVectorsText, WordsKeepTheirOrderAndAreFound) {
  const WordVectors vectors =
      compact(read_vectors_text(text("the 1 2\nof -0.5 3e-2\r\n\xc3\xa4 0 0\na b 7 8\n")));
  EXPECT_EQ(vectors.size(), 4);
  EXPECT_EQ(vectors.dimensions(), 2);
  EXPECT_EQ(vectors.find("the"), 0);
  EXPECT_EQ(vectors.find("of"), 1);
  EXPECT_EQ(vectors.find("\xc3\xa4"), 2);
  EXPECT_EQ(vectors.find("a b"), 3);
  EXPECT_EQ(vectors.find("a"), -1);
  EXPECT_EQ(vectors.find("zz"), -1);
  EXPECT_EQ(vectors.find(""), -1);
  EXPECT_EQ(vectors.word(1), "of");
  EXPECT_EQ(vectors.row(1), (std::vector<float>{-0.5F, 0.03F}));
}

TEST_F(WordVectorsText, ALineOfCountsIsSkipped) {
  EXPECT_EQ(read_vectors_text(text("2 3\na 1 2 3\nb 4 5 6\n")).size(), 2);
}

TEST_F(WordVectorsText, OfAWordThatComesTwiceTheFirstCounts) {
  EXPECT_EQ(compact(read_vectors_text(text("b 1\na 2\nb 3\na 4\n"))).find("b"), 0);
}

TEST_F(WordVectorsText, RaggedRowsNameTheirLine) {
  for (const char* content :
       {"a 1 2\nb 3\n", "a 1 2\nb 3 4 5\n", "a 1 2\nb 3 x\n", "a 1 2\n3 4\n", "a 1 2\nb 1 nan\n"}) {
    const Error error = error_of([&] { read_vectors_text(text(content)); });
    EXPECT_EQ(error.kind(), ErrorKind::data) << content;
    EXPECT_EQ(error.where().line, 2) << content << error.what();
  }
  EXPECT_EQ(error_of([&] { read_vectors_text(text("")); }).message(), "holds no vectors");
  EXPECT_EQ(error_of([&] { read_vectors_text(text("word\n")); }).message(),
            "is not a word with a vector");
}

TEST_F(WordVectorsText, OfALexiconTheScoreIsTheVector) {
  const WordVectors vectors =
      compact(read_lexicon(text("( '}{' )\t1.6\t0.7\t[2, 1]\r\ngood\t1.9\n\nbad\t-2.5\tx\n")));
  EXPECT_EQ(vectors.size(), 3);
  EXPECT_EQ(vectors.dimensions(), 1);
  EXPECT_EQ(vectors.row(vectors.find("( '}{' )")), std::vector<float>{1.6F});
  EXPECT_EQ(vectors.row(vectors.find("bad")), std::vector<float>{-2.5F});
  for (const char* wrong : {"good\n", "a\t1\ngood\tx\n", "good\tinf\n", "\t1\n", ""}) {
    EXPECT_EQ(error_of([&] { read_lexicon(text(wrong)); }).kind(), ErrorKind::data) << wrong;
  }
  EXPECT_EQ(error_of([&] { read_lexicon(text("a\t1\ngood\n")); }).where().line, 2);
}

TEST_F(WordVectorsWink, RowsGoToTheWordTheyName) {
  // JavaScript puts keys that look like numbers first.
  const WordVectors vectors = compact(read_vectors_wink(text(
      R"({"precision":8,"size":3,"dimensions":2,"words":["the","7","of"],)"
      R"("vectors":{"7":[3,4,5,1],"the":[0.1,-2,2.1,0],"of":[1e-3,6,6,2]},"unkVector":[0,0,0,-1]})")));
  EXPECT_EQ(vectors.find("7"), 1);
  EXPECT_EQ(vectors.row(0), (std::vector<float>{0.1F, -2}));
  EXPECT_EQ(vectors.row(1), (std::vector<float>{3, 4}));
  EXPECT_EQ(vectors.row(2), (std::vector<float>{1e-3F, 6}));
}

TEST_F(WordVectorsWink, WhatIsAnotherShapeIsAnError) {
  const std::string head = R"({"dimensions":2,"words":["a","b"],"vectors":)";
  for (const std::string& content :
       {head + R"({"a":[1,2,3,0]}})",
        head + R"({"a":[1,2,0],"b":[1,2,3,1]}})",
        head + R"({"a":[1,2,3,1],"b":[1,2,3,0]}})",
        head + R"({"a":[1,2,3,4,5,0]}})",
        head + R"({"a":[1,2,3,0],"b":[1,2,3,9]}})",
        head + R"({"a":[1,2,3,0],"b":["1"]}})",
        head + R"({"a":[1,2,3,0],"b":[[1]]}})",
        head + R"({"a":{}}})",
        head + R"({"a":1}})",
        head + "[[1,2,3,0]]}",
        std::string(R"({"vectors":{}})"),
        std::string("[]"),
        std::string(R"({"dimensions":1,"words":["a"]})"),
        std::string(R"({"dimensions":1,"words":[""],"vectors":[[0,1,0]]})"),
        head + R"({"a":[1,2,3,0],"b":[1,2,3,1]},"dimensions":9})",
        head + R"({"b":[1,2,3,1],"a":[1,2,3,0]},"words":["a",[1,2,3,2]]})",
        std::string("{}"),
        head,
        std::string(""),
        head + std::string(100000, '[')}) {
    EXPECT_EQ(error_of([&] { read_vectors_wink(text(content)); }).kind(), ErrorKind::data)
        << content.substr(0, 200);
  }
}

TEST_F(WordVectorsFile, HalfPrecisionRoundsToNearest) {
  WordVectorsBuilder builder("test");
  const std::vector<float> values = {1, -0.333333F, 65504, 1e-7F, 0, 2049, 2051, 6.1e-5F, 0.99999F};
  builder.add("w", values);
  const std::vector<float> row = compact(builder, true).row(0);
  EXPECT_EQ(row[0], 1);
  EXPECT_NEAR(row[1], -0.333333, 1.3e-4);
  EXPECT_EQ(row[2], 65504);
  EXPECT_NEAR(row[3], 1e-7, 3e-8);
  EXPECT_EQ(row[4], 0);
  EXPECT_EQ(row[5], 2048);  // ties to even
  EXPECT_EQ(row[6], 2052);
  EXPECT_NEAR(row[7], 6.1e-5, 3e-8);
  EXPECT_EQ(row[8], 1);
}

TEST_F(WordVectorsFile, AForeignOrDamagedFileIsAnError) {
  const float one[] = {1};
  const std::string_view number(reinterpret_cast<const char*>(one), 4);
  const std::string zeros(16, '\0');
  const auto open_with = [&](std::string_view offsets, std::string_view order) {
    const TensorEntry entries[] = {{"vectors", DType::f32, {1, 1}, number},
                                   {"offsets", DType::i64, {2}, offsets},
                                   {"order", DType::i32, {1}, order},
                                   {"words", DType::u8, {1}, "w"}};
    write_safetensors(folder_.path() / "v", entries);
    WordVectors::open(folder_.path() / "v");
  };
  const std::string good = zeros.substr(0, 8) + '\1' + zeros.substr(0, 7);
  open_with(good, zeros.substr(0, 4));
  EXPECT_EQ(error_of([&] { open_with(zeros, zeros.substr(0, 4)); }).where().field, "offsets");
  EXPECT_EQ(error_of([&] { open_with(good, std::string_view("\1\0\0\0", 4)); }).where().field,
            "order");
  EXPECT_EQ(error_of([&] { open_with(good, "\xff\xff\xff\xff"); }).where().field, "order");
  const TensorEntry other[] = {{"weight", DType::f32, {1}, number}};
  write_safetensors(folder_.path() / "v", other);
  EXPECT_EQ(error_of([&] { WordVectors::open(folder_.path() / "v"); }).kind(), ErrorKind::data);
}

TEST_F(WordVectorsFile, RealTextVectorsSurviveTheWay) {
  const CatalogueFolders folders = catalogue_folders();
  const auto source = folders.provided / "wordvec-glove" / "glove.6B.50d.5k.txt";
  if (!std::filesystem::exists(source)) GTEST_SKIP() << "needs wordvec-glove below $INKLING_DATA";
  const WordVectors vectors = compact(read_vectors_text(source));
  EXPECT_EQ(vectors.dimensions(), 50);
  EXPECT_GT(vectors.size(), 5000);
  for (std::int64_t i = 0; i < vectors.size(); ++i)
    EXPECT_EQ(vectors.word(vectors.find(vectors.word(i))), vectors.word(i));
}

TEST_F(WordVectorsFile, GloveOpensInMilliseconds) {
  const auto path = catalogue_folders().cache / "glove-100d" / "vectors.safetensors";
  if (!std::filesystem::exists(path))
    GTEST_SKIP() << "needs glove-100d: inkling data get glove-100d";
  const auto start = std::chrono::steady_clock::now();
  const WordVectors vectors = WordVectors::open(path);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  EXPECT_LT(took.count(), 0.1);
  EXPECT_EQ(vectors.size(), 341479);
  EXPECT_EQ(vectors.dimensions(), 100);
  EXPECT_EQ(vectors.find("the"), 0);
}

}  // namespace
}  // namespace inkling
