#include "table.h"

#include <algorithm>
#include <utility>

namespace inkling::cli {
namespace {

/// Characters of UTF-8.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

}  // namespace

Table::Table(std::vector<std::string> header) {
  for (std::string& name : header) {
    right_.push_back(name.starts_with('>'));
    if (right_.back()) name.erase(0, 1);
  }
  rows_.push_back(std::move(header));
}

void Table::row(std::vector<std::string> cells) {
  cells.resize(right_.size());
  rows_.push_back(std::move(cells));
}

void Table::print(Output& out) const {
  std::vector<std::size_t> widths(right_.size(), 0);
  for (std::size_t column = 0; column < widths.size(); ++column) {
    for (std::size_t i = 1; i < rows_.size(); ++i) {
      widths[column] = std::max(widths[column], width(rows_[i][column]));
    }
    if (widths[column] > 0) widths[column] = std::max(widths[column], width(rows_[0][column]));
  }
  const bool headless = std::all_of(rows_[0].begin(), rows_[0].end(),
                                    [](const std::string& name) { return name.empty(); });
  for (std::size_t i = headless ? 1 : 0; i < rows_.size(); ++i) {
    const auto& cells = rows_[i];
    std::string line;
    for (std::size_t column = 0; column < widths.size(); ++column) {
      if (widths[column] == 0) continue;
      const std::string& cell = cells[column];
      const std::string space(widths[column] - width(cell), ' ');
      if (!line.empty()) line += "  ";
      line += right_[column] ? space + cell : cell + space;
    }
    while (!line.empty() && line.back() == ' ') line.pop_back();
    out << line << "\n";
  }
}

}  // namespace inkling::cli
