#include "inkling/optim/adam_rows_back.h"

#include <ATen/Dispatch.h>

#include <algorithm>
#include <optional>

#include "inkling/optim/adam_row_visits.h"

namespace inkling {

using namespace adam_row;

AdamTableBack::AdamTableBack(Tensor of_values, const AdamCourse& course)
    : course_(&course),
      of_values_(of_values.clone(at::MemoryFormat::Contiguous)),
      of_first_(at::zeros_like(of_values_)),
      of_second_(at::zeros_like(of_values_)),
      of_rates_(place(course.steps())) {}

Tensor AdamTableBack::of_gradient(const RowBags& reads, const RestedRows& rested,
                                  const Tensor& of_bags, std::int64_t t) {
  const std::int64_t width = of_values_.size(1);
  const std::int64_t count = rested.rows.size(0);
  Tensor of_rows = room(of_rows_, count, of_values_);
  std::vector<double> of_rate(place((count + kRowsAtOnce - 1) / kRowsAtOnce));
  AT_DISPATCH_FLOATING_TYPES(of_values_.scalar_type(), "adam_rows", [&] {
    const OfRows<scalar_t> gradients(reads, of_bags);
    const Visited<scalar_t> visited(rested.rows, width, count);
    const auto* of_values = of_values_.const_data_ptr<scalar_t>();
    auto* of_first = of_first_.data_ptr<scalar_t>();
    auto* of_second = of_second_.data_ptr<scalar_t>();
    const auto* first = rested.first.const_data_ptr<scalar_t>();
    const auto* second = rested.second.const_data_ptr<scalar_t>();
    auto* to = of_rows.data_ptr<scalar_t>();
    in_pieces(count, [&](std::int64_t piece, std::int64_t begin, std::int64_t end) {
      std::vector<scalar_t> gradient(place(width));
      for (std::int64_t i = begin; i < end; ++i) {
        visited.ask_ahead(i, {of_values, of_first, of_second});
        const std::int64_t row = visited.at(i);
        const std::int64_t at = i * width;
        gradients.write(gradient.data(), i);
        of_rate[place(piece)] += move_row_back(
            to + at, of_first + row, of_second + row, of_values + row, first + at, second + at,
            gradient.data(), width, step_of<scalar_t>(*course_, t - rested.since[place(i)], t));
      }
    });
  });
  for (const double part : of_rate) of_rates_[place(t)] += part;
  return bags_of(of_rows, reads);
}

void AdamTableBack::of_rows(const RowBags& reads, const RestedRows& rested, const Tensor& of_bags,
                            std::int64_t t) {
  back(of_bags.defined() ? &reads : nullptr, rested, of_bags, t);
}

void AdamTableBack::back(const RowBags* reads, const RestedRows& rested, const Tensor& of_bags,
                         std::int64_t t) {
  const std::int64_t width = of_values_.size(1);
  const std::int64_t count = rested.rows.size(0);
  // Pieces whose sums are kept at a time, each of a number a step.
  constexpr std::int64_t kPieces = 256;
  std::vector<std::vector<double>> of_rates(kPieces);
  AT_DISPATCH_FLOATING_TYPES(of_values_.scalar_type(), "adam_rows", [&] {
    std::optional<OfRows<scalar_t>> more;
    if (reads != nullptr) more.emplace(*reads, of_bags);
    const Visited<scalar_t> visited(rested.rows, width, count);
    auto* to_values = of_values_.data_ptr<scalar_t>();
    auto* of_first = of_first_.data_ptr<scalar_t>();
    auto* of_second = of_second_.data_ptr<scalar_t>();
    const auto* first = rested.first.const_data_ptr<scalar_t>();
    const auto* second = rested.second.const_data_ptr<scalar_t>();
    const auto piece_back = [&](std::vector<double>& sums, std::int64_t begin, std::int64_t end) {
      RestsOf rests(*course_, t, kSmallest<scalar_t>);
      sums.assign(place(t), 0);
      std::vector<scalar_t> added(place(width));
      for (std::int64_t i = begin; i < end; ++i) {
        visited.ask_ahead(i, {to_values, of_first, of_second});
        const std::int64_t row = visited.at(i);
        const std::int64_t at = i * width;
        if (more) {
          more->write(added.data(), i);
          add_scaled(to_values + row, added.data(), scalar_t(1), width);
        }
        const std::int64_t since = rested.since[place(i)];
        if (since == 0 || since == t) continue;
        const std::vector<Rest>& taken = rests.since(since);
        rest_row_back(of_first + row, of_second + row, to_values + row, first + at, second + at,
                      width, taken.data(), taken.size(),
                      static_cast<scalar_t>(course_->first(t - since)),
                      static_cast<scalar_t>(course_->second(t - since)),
                      static_cast<scalar_t>(course_->epsilon()), sums.data() + since);
      }
    };
    for (std::int64_t from = 0; from < count; from += kPieces * kRowsAtOnce) {
      for (std::vector<double>& sums : of_rates) sums.clear();
      in_pieces(std::min(count - from, kPieces * kRowsAtOnce),
                [&](std::int64_t piece, std::int64_t begin, std::int64_t end) {
                  piece_back(of_rates[place(piece)], from + begin, from + end);
                });
      for (const std::vector<double>& sums : of_rates) {
        for (std::size_t s = 0; s < sums.size(); ++s) of_rates_[s] += sums[s];
      }
    }
  });
}

}  // namespace inkling
