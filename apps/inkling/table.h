// Aligned columns of text.
#pragma once

#include <string>
#include <vector>

#include "output.h"

namespace inkling::cli {

class Table {
 public:
  /// @param header  a leading '>' aligns its column to the right
  explicit Table(std::vector<std::string> header);

  void row(std::vector<std::string> cells);
  bool empty() const { return rows_.size() == 1; }
  /// Columns that are empty in all rows are left out.
  void print(Output& out) const;

 private:
  std::vector<bool> right_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace inkling::cli
