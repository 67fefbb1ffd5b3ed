#include "inkling/nn/small_products.h"

#include <gtest/gtest.h>

#include "inkling/nn/row_loops.h"
#include "inkling/tensor/test_help.h"

namespace inkling {
namespace {

using testing_help::distance;

Tensor drawn(std::uint64_t key, at::IntArrayRef shape, at::ScalarType type) {
  return uniform(Key{key}, shape, -1, 1, type);
}

template <class T>
void expect_products(at::ScalarType type, double tolerance) {
  for (const std::int64_t rows : {1, 4, 11}) {
    for (const std::int64_t columns : {1, 3, 10}) {
      // Every piece that a row is cut into, and those that are left over.
      for (const std::int64_t width : {1, 2, 5, 16, 40, 71, 130}) {
        const Tensor a = drawn(1, {rows, columns}, type);
        const Tensor turned = a.t().contiguous();
        const Tensor x = drawn(2, {columns, width}, type);
        const Tensor start = drawn(3, {rows, width}, type);
        const Tensor expected = start + at::mm(a, x);
        const Tensor straight = start.clone();
        add_product(straight.data_ptr<T>(), {a.const_data_ptr<T>(), columns, 1},
                    x.const_data_ptr<T>(), rows, columns, width);
        EXPECT_LT(distance(straight, expected), tolerance) << rows << columns << width;
        const Tensor of_transposed = start.clone();
        add_product(of_transposed.data_ptr<T>(), {turned.const_data_ptr<T>(), 1, rows},
                    x.const_data_ptr<T>(), rows, columns, width);
        EXPECT_LT(distance(of_transposed, expected), tolerance) << rows << columns << width;
      }
    }
  }
}

TEST(SmallProducts, EqualTheEngines) {
  expect_products<double>(at::kDouble, 1e-14);
  expect_products<float>(at::kFloat, 1e-5);
}

TEST(SmallProducts, ReadAPartOfAMatrix) {
  const Tensor whole = drawn(1, {6, 9}, at::kDouble);
  const Tensor x = drawn(2, {4, 7}, at::kDouble);
  const Tensor out = at::zeros({3, 7}, at::kDouble);
  add_product(out.data_ptr<double>(), {whole.const_data_ptr<double>() + 9 + 2, 9, 1},
              x.const_data_ptr<double>(), 3, 4, 7);
  EXPECT_LT(distance(out, at::mm(whole.narrow(0, 1, 3).narrow(1, 2, 4), x)), 1e-14);
}

TEST(SmallProducts, TransposeTurnsRowsIntoColumns) {
  const Tensor x = drawn(1, {5, 13}, at::kFloat);
  const Tensor out = at::empty({13, 5}, at::kFloat);
  transpose(out.data_ptr<float>(), x.const_data_ptr<float>(), 5, 13);
  EXPECT_TRUE(at::equal(out, x.t()));
}

TEST(RowLoops, SumRowsEqualsAProductWithThePlacesRows) {
  const std::vector<std::int64_t> places = {4, 0, 4, 2, 6};
  for (const std::int64_t width : {1, 7, 16, 33, 128, 150}) {
    const Tensor rows = drawn(1, {7, width}, at::kDouble);
    const Tensor weights = drawn(2, {5}, at::kDouble);
    for (const std::int64_t count : {0, 1, 5}) {
      const Tensor out = at::full({width}, 9, at::kDouble);
      sum_rows(out.data_ptr<double>(), rows.const_data_ptr<double>(), places.data(),
               weights.const_data_ptr<double>(), count, width);
      const Tensor expected =
          at::mv(rows.index_select(0, tensor_of(places)).narrow(0, 0, count).t(),
                 weights.narrow(0, 0, count));
      EXPECT_LT(distance(out, expected), 1e-14) << width << " " << count;
    }
  }
}

}  // namespace
}  // namespace inkling
