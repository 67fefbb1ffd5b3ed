#include "inkling/optim/adam_rows.h"

#include <ATen/Dispatch.h>

#include <algorithm>

#include "inkling/optim/adam_row_visits.h"
#include "inkling/tensor/large_pages.h"
#include "inkling/tensor/recycled.h"

namespace inkling {

using namespace adam_row;

AdamTable::AdamTable(const Tensor& values, const AdamCourse& course,
                     const std::vector<TableDirection>& directions)
    : course_(&course), since_(place(values.size(0))), stands_(since_) {
  const torch::autograd::AutoGradMode off(false);
  const auto parts = static_cast<std::int64_t>(3 * (1 + directions.size()));
  rows_ = on_large_pages({values.size(0), parts, values.size(1)}, values.options());
  rows_.zero_();
  rows_.select(1, 0).copy_(values);
  for (std::size_t d = 0; d < directions.size(); ++d) {
    of_rates_.push_back(directions[d].of_rates);
    const Tensor& of = directions[d].of_values;
    if (of.defined()) rows_.select(1, 3 + 3 * static_cast<std::int64_t>(d)).copy_(of);
  }
}

AdamTable AdamTable::copy() const {
  AdamTable made = *this;
  made.rows_ = on_large_pages(rows_.sizes(), rows_.options());
  made.rows_.copy_(rows_);
  return made;
}

template <class T>
void AdamTable::rest(std::int64_t row, const std::vector<Rest>& rests, std::int64_t until) {
  const std::int64_t since = since_[place(row)];
  const std::int64_t stands = stands_[place(row)];
  stands_[place(row)] = until;
  const std::size_t begin = place(stands - since);
  const std::size_t end = std::min(place(until - since), rests.size());
  if (begin >= end) return;
  const std::int64_t width = rows_.size(2);
  T* values = rows_.data_ptr<T>() + row * rows_.size(1) * width;
  const T* first = values + width;
  const T* second = first + width;
  const auto epsilon = static_cast<T>(course_->epsilon());
  if (of_rates_.empty()) {
    rest_row(values, first, second, width, rests.data() + begin, end - begin, epsilon);
    return;
  }
  RestAlong<T> along[kDirections];
  for (std::size_t d = 0; d < of_rates_.size(); ++d) {
    T* of = values + 3 * width * static_cast<std::int64_t>(d + 1);
    along[d] = {of, of + width, of + 2 * width, of_rates_[d].data() + stands};
  }
  rest_row_along(values, first, second, width, rests.data() + begin, end - begin, epsilon, along,
                 of_rates_.size());
}

void AdamTable::rest(const Tensor& rows, std::int64_t t) {
  AT_DISPATCH_FLOATING_TYPES(rows_.scalar_type(), "adam_rows", [&] {
    const Visited<scalar_t> visited(rows, rows_.size(1) * rows_.size(2), rows.size(0));
    const auto* table = rows_.const_data_ptr<scalar_t>();
    in_pieces(rows.size(0), [&](std::int64_t, std::int64_t begin, std::int64_t end) {
      RestsOf rests(*course_, t, kSmallest<scalar_t>);
      for (std::int64_t i = begin; i < end; ++i) {
        const std::int64_t row = visited.row(i);
        if (since_[place(row)] == 0 || stands_[place(row)] >= t) continue;
        visited.ask_ahead(i, {table});
        rest<scalar_t>(row, rests.since(since_[place(row)]), t);
      }
    });
  });
}

std::vector<Tensor> AdamTable::bags(const RowBags& reads, std::int64_t t) {
  rest(reads.rows, t);
  const torch::autograd::AutoGradMode off(false);
  const std::int64_t parts = rows_.size(1);
  const Tensor vectors = rows_.view({size() * parts, rows_.size(2)});
  Batch of_vectors = reads.bags;
  of_vectors.words.ids = reads.rows.index_select(0, reads.bags.words.ids).mul_(parts);
  std::vector<Tensor> made;
  for (std::int64_t part = 0; part < parts; part += 3) {
    made.push_back(bag(vectors.narrow(0, part, vectors.size(0) - part), of_vectors)[0]);
  }
  return made;
}

Tensor AdamTable::rows(std::int64_t t) {
  rest(at::arange(size()), t);
  return values();
}

RestedRows AdamTable::step(const RowBags& reads, const Tensor& of_bags, std::int64_t t, bool keep,
                           const std::vector<Tensor>& along,
                           const std::vector<std::int64_t>& next) {
  const std::int64_t count = reads.rows.size(0);
  const std::int64_t width = rows_.size(2);
  const auto* which = reads.rows.const_data_ptr<std::int64_t>();
  RestedRows found{reads.rows, {}, {}, {}};
  for (std::int64_t i = 0; i < count; ++i) found.since.push_back(since_[place(which[i])]);
  if (keep) {
    for (Tensor* each : {&found.first, &found.second}) {
      *each = recycled({count, width}, rows_.options());
    }
  }
  const std::int64_t furthest = next.empty() ? 0 : std::ranges::max(next);
  AT_DISPATCH_FLOATING_TYPES(rows_.scalar_type(), "adam_rows", [&] {
    std::vector<OfRows<scalar_t>> gradients;  // of the step, then along the directions
    gradients.emplace_back(reads, of_bags);
    for (std::size_t d = 0; d < of_rates_.size(); ++d) {
      const bool given = d < along.size() && along[d].defined();
      gradients.emplace_back(reads, given ? along[d] : at::zeros_like(of_bags));
    }
    const Visited<scalar_t> visited(reads.rows, rows_.size(1) * width, count);
    auto* table = rows_.data_ptr<scalar_t>();
    auto* kept_first = keep ? found.first.data_ptr<scalar_t>() : nullptr;
    auto* kept_second = keep ? found.second.data_ptr<scalar_t>() : nullptr;
    // Back and forth: what the last step left in the processor's cache comes first.
    in_pieces(count, t % 2 != 0, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
      std::vector<scalar_t> gradient(place(width) * gradients.size());
      std::vector<MoveAlong<scalar_t>> moves(of_rates_.size());
      RestsOf rests(*course_, furthest, kSmallest<scalar_t>);
      for (std::int64_t i = begin; i < end; ++i) {
        visited.ask_ahead(i, {table});
        scalar_t* values = table + visited.at(i);
        scalar_t* first = values + width;
        scalar_t* second = first + width;
        if (keep) {
          std::copy_n(first, width, kept_first + i * width);
          std::copy_n(second, width, kept_second + i * width);
        }
        for (std::size_t g = 0; g < gradients.size(); ++g) {
          gradients[g].write(gradient.data() + g * place(width), i);
        }
        const auto by = step_of<scalar_t>(*course_, t - found.since[place(i)], t);
        if (moves.empty()) {
          move_row(values, first, second, gradient.data(), width, by);
        } else {
          for (std::size_t d = 0; d < moves.size(); ++d) {
            scalar_t* of = values + 3 * width * static_cast<std::int64_t>(d + 1);
            moves[d] = {of, of + width, of + 2 * width, gradient.data() + (d + 1) * place(width),
                        static_cast<scalar_t>(of_rates_[d][place(t)])};
          }
          move_row_along(values, first, second, gradient.data(), width, by, moves.data(),
                         moves.size());
        }
        const std::int64_t row = visited.row(i);
        since_[place(row)] = t + 1;
        stands_[place(row)] = t + 1;
        const std::int64_t until = next.empty() ? 0 : next[place(row)];
        if (until > t + 1) rest<scalar_t>(row, rests.since(t + 1), until);
      }
    });
  });
  return found;
}

RestedRows AdamTable::bring_to(std::int64_t t, bool keep) {
  RestedRows all{at::arange(size()), since_, {}, {}};
  if (keep) {
    all.first = first();
    all.second = second();
  }
  const std::int64_t width = rows_.size(2);
  const std::int64_t parts = rows_.size(1);
  AT_DISPATCH_FLOATING_TYPES(rows_.scalar_type(), "adam_rows", [&] {
    auto* table = rows_.data_ptr<scalar_t>();
    in_pieces(size(), [&](std::int64_t, std::int64_t begin, std::int64_t end) {
      RestsOf rests(*course_, t, kSmallest<scalar_t>);
      for (std::int64_t row = begin; row < end; ++row) {
        std::int64_t& since = since_[place(row)];
        if (since == 0 || since == t) continue;
        if (stands_[place(row)] < t) rest<scalar_t>(row, rests.since(since), t);
        const auto first = static_cast<scalar_t>(course_->first(t - since));
        const auto second = static_cast<scalar_t>(course_->second(t - since));
        for (std::int64_t part = 0; part < parts; part += 3) {
          scalar_t* moments = table + (row * parts + part + 1) * width;
          for (std::int64_t i = 0; i < width; ++i) moments[i] *= first;
          for (std::int64_t i = width; i < 2 * width; ++i) moments[i] *= second;
        }
        since = t;
      }
    });
  });
  return all;
}

}  // namespace inkling
