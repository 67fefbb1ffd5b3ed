#include "inkling/tensor/params.h"

#include <gtest/gtest.h>

#include "inkling/base/file.h"
#include "inkling/base/safetensors.h"
#include "inkling/base/temporary_folder.h"
#include "inkling/tensor/params_file.h"
#include "inkling/tensor/test_help.h"

namespace inkling {
namespace {

using testing_help::distance;
using testing_help::error_of;
using testing_help::number;
using testing_help::numbers;

using Names = std::vector<std::string>;

Params two() {
  return {{"encoder.w", numbers({1, 2}, {2})}, {"head.b", number(3)}};
}

double value(const Params& params, const std::string& name) {
  return params.at(name).sum().item<double>();
}

TEST(Params, MergedReplacesInItsPlaceAndAddsAtTheEnd) {
  const Params merged = two().merged({{"new", number(7)}, {"encoder.w", number(5)}});
  EXPECT_EQ(merged.names(), (Names{"encoder.w", "head.b", "new"}));
  EXPECT_EQ(value(merged, "encoder.w"), 5);
  EXPECT_EQ(value(merged, "head.b"), 3);
  EXPECT_EQ(value(two(), "encoder.w"), 3) << "merging changes neither";
}

TEST(Params, MapZipAndArithmeticKeepTheOrderOfNames) {
  const Params doubled = two().map([](const std::string&, const Tensor& x) { return x * 2; });
  const Params difference =
      doubled.zip(two(), [](const std::string& name, const Tensor& a, const Tensor& b) {
        return name == "head.b" ? a * b : a - b;
      });
  EXPECT_EQ(difference.names(), two().names());
  EXPECT_EQ(value(difference, "encoder.w"), 3);
  EXPECT_EQ(value(difference, "head.b"), 18);
  EXPECT_EQ(value(two() + 0.5 * two(), "head.b"), 4.5);
}

TEST(Params, OfDifferentModelsDoNotZip) {
  const auto zip = [](const Params& other) { return error_of([&] { two() + other; }).kind(); };
  EXPECT_EQ(zip({{"encoder.w", number(1)}}), ErrorKind::internal);
  EXPECT_EQ(zip({{"head.b", number(1)}, {"encoder.w", number(1)}}), ErrorKind::internal);
}

TEST(Params, AMissingNameIsAnErrorThatListsWhatThereIs) {
  EXPECT_EQ(two().find("head"), nullptr);
  const Error error = error_of([] { two().at("head"); });
  EXPECT_NE(error.hint().find("head.b"), std::string::npos) << error.what();
}

TEST(Params, WhereAndEraseLeaveTheOthers) {
  Params params = two();
  EXPECT_EQ(params.where([](const std::string& name) { return name.starts_with("head"); }).names(),
            Names{"head.b"});
  params.erase("encoder.w");
  EXPECT_EQ(params.names(), Names{"head.b"});
}

TEST(Params, LeavesBeginANewGraph) {
  const Tensor parent = leaf(number(2));
  const Params made = leaves({{"w", parent * 3}});
  EXPECT_TRUE(made.at("w").is_leaf());
  EXPECT_TRUE(made.at("w").requires_grad());
  EXPECT_EQ(gradients(made.at("w").square(), {parent}, false)[0].item<double>(), 0);
  EXPECT_FALSE(detached(made).at("w").requires_grad());
}

Gradient sparse(const std::vector<std::int64_t>& rows, const Tensor& value) {
  return {value, tensor_of(rows)};
}

Gradient mean(const std::vector<Gradient>& parts, double divisor) {
  // From the last to the first: no piece depends on another.
  return mean_of(parts, divisor, [](std::int64_t count, const auto& body) {
    while (count-- > 0) body(count);
  });
}

TEST(Gradient, MeanOfRowSparseOnesEqualsTheMeanOfDenseOnes) {
  const Tensor like = at::zeros({7, 3}, at::kDouble);
  const Gradient a = sparse({0, 2, 5}, normal(Key{1}, {3, 3}, at::kDouble));
  const Gradient b = sparse({2, 3, 5, 6}, normal(Key{2}, {4, 3}, at::kDouble));
  const Gradient c = sparse({5}, normal(Key{3}, {1, 3}, at::kDouble));
  const Gradient all = mean({a, b, c}, 4);
  EXPECT_TRUE(all.sparse());
  EXPECT_TRUE(at::equal(all.rows, tensor_of(std::vector<std::int64_t>{0, 2, 3, 5, 6})));
  const Tensor expected = (as_dense(a, like) + as_dense(b, like) + as_dense(c, like)) / 4;
  EXPECT_EQ(distance(as_dense(all, like), expected), 0);
  EXPECT_EQ(as_dense(all, like)[1].abs().sum().item<double>(), 0);
  EXPECT_EQ(distance(as_dense(mean({a}, 2), like), as_dense(a, like) / 2), 0);
}

TEST(Gradient, MeanOfManyRowsIsCutIntoPieces) {
  const Tensor like = at::zeros({5000}, at::kFloat);
  std::vector<Gradient> parts;
  Tensor expected = like;
  for (std::int64_t step = 1; step <= 3; ++step) {
    const Tensor rows = at::arange(0, 5000, step);
    parts.push_back(
        {normal(Key{9}.fold(static_cast<std::uint64_t>(step)), rows.sizes(), at::kFloat), rows});
    expected = expected + as_dense(parts.back(), like);
  }
  EXPECT_LT(distance(as_dense(mean(parts, 3), like), expected / 3), 1e-6);
}

TEST(Gradient, MeanOfDenseOnesIsDense) {
  const Gradient both = mean({{number(1), {}}, {number(2), {}}}, 2);
  EXPECT_FALSE(both.sparse());
  EXPECT_EQ(as_dense(both, number(0)).item<double>(), 1.5);
}

TEST(Gradient, SparseAndDenseDoNotAdd) {
  const Gradient dense{at::zeros({7, 3}, at::kDouble), {}};
  EXPECT_EQ(error_of([&] { mean({dense, sparse({1}, at::zeros({1, 3}, at::kDouble))}, 2); }).kind(),
            ErrorKind::internal);
}

TEST(ParamsFile, LoadGivesWhatWasSaved) {
  const TemporaryFolder folder;
  const Params params = {{"z.double", normal(Key{1}, {3, 2}, at::kDouble)},
                         {"a.float", normal(Key{2}, {4}, at::kFloat)},
                         {"number", number(5)},
                         {"transposed", normal(Key{3}, {2, 3}, at::kDouble).t()},
                         {"leaf", leaf(normal(Key{4}, {2}, at::kDouble))},
                         {"none", at::empty({0, 3}, at::kFloat)},
                         {"long", tensor_of(std::vector<std::int64_t>{-1, 1LL << 40})},
                         {"half", normal(Key{5}, {5}, at::kHalf)}};
  save_params(params, folder.path() / "p", {{"step", "7"}});
  std::map<std::string, std::string> metadata;
  const Params loaded = load_params(folder.path() / "p", &metadata);
  EXPECT_EQ(metadata.at("step"), "7");
  ASSERT_EQ(loaded.size(), params.size());
  for (const auto& [name, value] : params) {
    EXPECT_EQ(loaded.at(name).scalar_type(), value.scalar_type()) << name;
    EXPECT_TRUE(at::equal(loaded.at(name), value.detach())) << name;
  }
  EXPECT_TRUE(std::ranges::is_sorted(loaded.names()));
}

TEST(ParamsFile, ATruncatedFileIsAnError) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "p";
  save_params(two(), file);
  const std::string bytes = read_file(file);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    write_file(file, bytes.substr(0, size));
    EXPECT_EQ(error_of([&] { load_params(file); }).kind(), ErrorKind::data) << size;
  }
  write_file(file, bytes + "x");
  EXPECT_EQ(error_of([&] { load_params(file); }).kind(), ErrorKind::data);
}

TEST(ParamsFile, AnAlteredLengthOfTheHeaderIsAnError) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "p";
  save_params(two(), file);
  const std::string bytes = read_file(file);
  for (std::size_t at = 0; at < 8; ++at) {
    for (const int bit : {1, 2, 64, 128}) {
      std::string altered = bytes;
      altered[at] = static_cast<char>(altered[at] ^ bit);
      write_file(file, altered);
      EXPECT_EQ(error_of([&] { load_params(file); }).kind(), ErrorKind::data) << at << " " << bit;
    }
  }
}

TEST(ParamsFile, ATypeThatNoModelHasIsAnErrorNamingTheTensor) {
  const TemporaryFolder folder;
  const std::vector<TensorEntry> entries = {{"words", DType::u8, {2}, "ab"}};
  write_safetensors(folder.path() / "p", entries);
  const Error error = error_of([&] { load_params(folder.path() / "p"); });
  EXPECT_EQ(error.kind(), ErrorKind::data);
  EXPECT_EQ(error.where().field, "words");
}

}  // namespace
}  // namespace inkling
