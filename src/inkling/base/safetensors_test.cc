#include "inkling/base/safetensors.h"

#include <gtest/gtest.h>

#include <functional>

#include "inkling/base/error.h"
#include "inkling/base/temporary_folder.h"

namespace inkling {
namespace {

std::string packed(const std::string& header, const std::string& data) {
  std::string bytes(8, '\0');
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<char>(header.size() >> 8 * i);
  return bytes + header + data;
}

/// The message of the Error of kind data that parsing gives.
std::string fault(const std::string& bytes) {
  try {
    parse_safetensors(bytes, "f");
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::data);
    EXPECT_EQ(error.where().file, "f");
    return error.what();
  }
  return "";
}

const std::string kTwo = R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},)"
                         R"("b":{"dtype":"I16","shape":[1,1],"data_offsets":[2,4]}})";

std::string written_file() {
  const TemporaryFolder folder;
  const std::vector<float> numbers = {1.5F, -2, 3};
  const TensorEntry entries[] = {
      {"bytes", DType::u8, {3}, "xyz"},
      {"numbers", DType::f32, {3, 1}, {reinterpret_cast<const char*>(numbers.data()), 12}},
      {"none", DType::f64, {0, 7}, ""},
      {"one", DType::i64, {}, std::string_view("\1\0\0\0\0\0\0\0", 8)},
  };
  write_safetensors(folder.path() / "t", entries, {{"kind", "a \"test\" \xc3\xa4"}});
  return read_file(folder.path() / "t");
}

TEST(Safetensors, WhatIsWrittenReadsBack) {
  const TemporaryFolder folder;
  write_file(folder.path() / "t", written_file());
  const SafetensorsFile file = SafetensorsFile::open(folder.path() / "t");
  EXPECT_EQ(file.tensors().size(), 4U);
  EXPECT_EQ(file.metadata().at("kind"), "a \"test\" \xc3\xa4");
  EXPECT_EQ(file.at("bytes").bytes, "xyz");
  const auto numbers = elements_of<float>(file.at("numbers", DType::f32, 2));
  EXPECT_EQ(std::vector<float>(numbers.begin(), numbers.end()), (std::vector<float>{1.5F, -2, 3}));
  EXPECT_EQ(file.at("none").shape, (std::vector<std::int64_t>{0, 7}));
  EXPECT_EQ(elements_of<std::int64_t>(file.at("one"))[0], 1);
  EXPECT_TRUE(file.at("one").shape.empty());
}

TEST(Safetensors, AMissingTensorNamesTheNearest) {
  const TemporaryFolder folder;
  write_file(folder.path() / "t", written_file());
  const SafetensorsFile file = SafetensorsFile::open(folder.path() / "t");
  try {
    file.at("number");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.hint(), "did you mean 'numbers'?");
  }
  EXPECT_THROW(file.at("numbers", DType::f16, 2), Error);
  EXPECT_THROW(file.at("numbers", DType::f32, 1), Error);
}

TEST(Safetensors, AFileCutOffAnywhereIsAnError) {
  const std::string whole = written_file();
  EXPECT_EQ(fault(whole), "");
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_NE(fault(whole.substr(0, size)), "") << size;
}

TEST(Safetensors, AnAlteredHeaderIsAnErrorOrAnotherFile) {
  const std::string whole = written_file();
  const std::size_t header =
      8 + static_cast<unsigned char>(whole[0]) + 256 * static_cast<unsigned char>(whole[1]);
  for (std::size_t at = 0; at < header; ++at) {
    for (const char other : {'\0', '{', '"', '9', '\xff', '[', ' ', '-'}) {
      std::string altered = whole;
      altered[at] = other;
      fault(altered);  // checks the kind of what is thrown
    }
  }
}

TEST(Safetensors, TwoTensorsMayStandInAnyOrder) {
  EXPECT_EQ(fault(packed(kTwo, "1234")), "");
  EXPECT_EQ(fault(packed(kTwo + "   ", "1234")), "");
  EXPECT_EQ(fault(packed("{}", "")), "");
}

struct Case {
  const char* header;
  const char* data;
  const char* says;
};

TEST(Safetensors, EachFaultSaysWhatItIs) {
  const Case cases[] = {
      {R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})",
       "123", "overlaps"},
      {R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}})",
       "123", "hole"},
      {R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})", "12",
       "1 bytes after the last tensor"},
      {R"({"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}})", "12", "out of range"},
      {R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}})", "1", "out of range"},
      {R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,3]}})", "123", "does not fit"},
      {R"({"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0]}})", "",
       "does not fit"},
      {R"({"a":{"dtype":"BF6","shape":[0],"data_offsets":[0,0]}})", "", "did you mean 'BF16'"},
      {R"({"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}})",
       "", "'a' is there twice"},
      {R"({"a":{"dtype":"U8","dtype":"U8","shape":[0],"data_offsets":[0,0]}})", "",
       "'dtype' is there twice"},
      {R"({"__metadata__":{"k":"1","k":"2"}})", "", "'k' is there twice"},
      {R"({"__metadata__":{"k":1}})", "", "1 where"},
      {R"({"__metadata__":"k"})", "", "a text where"},
      {R"({"a":{"dtype":"U8","shape":[0]}})", "", "needs each of"},
      {R"({"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,0]}})", "", "-1 where"},
      {R"({"a":{"dtype":"U8","shape":[0.5],"data_offsets":[0,0]}})", "", "0.5 where"},
      {R"({"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0,0]}})", "", "two numbers"},
      {R"({"a":{"dtype":"U8","shape":[18446744073709551615],"data_offsets":[0,0]}})", "",
       "too large"},
      {R"({"a":{"type":"U8","shape":[0],"data_offsets":[0,0]}})", "", "unknown key 'type'"},
      {R"({"a":{"dtype":"U8","shape":[[0]],"data_offsets":[0,0]}})", "", "a list where"},
      {R"({"a":{"b":{}}})", "", "unknown key 'b'"},
      {R"({"a":[]})", "", "a list where"},
      {R"({"a":null})", "", "null where"},
      {"[]", "", "not a JSON object"},
      {"{} x", "", "no JSON at its byte"},
      {R"({"a)", "", "no JSON at its byte"},
      {"", "", "not a JSON object"},
  };
  for (const Case& each : cases) {
    EXPECT_NE(fault(packed(each.header, each.data)).find(each.says), std::string::npos)
        << each.header << "\n  gave " << fault(packed(each.header, each.data));
  }
}

TEST(Safetensors, DeepNestingStopsAtTheThirdLevel) {
  EXPECT_NE(fault(packed(R"({"a":)" + std::string(1 << 20, '['), "")), "");
  EXPECT_NE(fault(packed(std::string(1 << 20, '{'), "")), "");
}

TEST(Safetensors, AHeaderLengthBeyondTheFileIsAnError) {
  std::string bytes = packed(kTwo, "1234");
  bytes[7] = '\x7f';
  EXPECT_NE(fault(bytes).find("out of range"), std::string::npos);
}

TEST(Safetensors, AWriterThatIsWrongLeavesNothing) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "t";
  const TensorEntry short_one[] = {{"a", DType::f32, {2}, "1234"}};
  EXPECT_THROW(write_safetensors(path, short_one), Error);
  const TensorEntry twice[] = {{"a", DType::u8, {1}, "1"}, {"a", DType::u8, {1}, "1"}};
  EXPECT_THROW(write_safetensors(path, twice), Error);
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace inkling
