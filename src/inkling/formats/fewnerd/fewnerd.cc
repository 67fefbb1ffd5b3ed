#include "inkling/formats/fewnerd/fewnerd.h"

#include <algorithm>
#include <array>

#include "inkling/formats/tagged_columns.h"

namespace inkling::fewnerd {
namespace {

/// "COARSE-FINE" of one of Few-NERD's eight coarse types.
bool is_type(std::string_view tag) {
  constexpr std::array<std::string_view, 8> kCoarse = {
      "art", "building", "event", "location", "organization", "other", "person", "product"};
  const std::size_t dash = tag.find('-');
  return dash != std::string_view::npos && dash + 1 < tag.size() &&
         std::find(kCoarse.begin(), kCoarse.end(), tag.substr(0, dash)) != kCoarse.end();
}

int recognise(const std::filesystem::path&, std::string_view head) {
  constexpr int kByContent = 88;
  const auto rows = rows_of_head(head);
  const bool all = std::all_of(rows.begin(), rows.end(), [](const auto& row) {
    return row.size() == 2 && (row[1] == "O" || is_type(row[1]));
  });
  const bool some = std::any_of(rows.begin(), rows.end(),
                                [](const auto& row) { return row.size() == 2 && is_type(row[1]); });
  return all && some ? kByContent : 0;
}

FormatOptions fixed(FormatOptions options) {
  options.columns.clear();
  options.token_column.clear();
  options.tag_column.clear();
  options.separator = "tab";
  options.tag_scheme = "io";
  return options;
}

}  // namespace

std::unique_ptr<Format> make() {
  return tagged_columns_format({.format = "fewnerd",
                                .summary = "a token and its type a line: token<TAB>coarse-fine",
                                .fixed = &fixed,
                                .recognise = &recognise});
}

}  // namespace inkling::fewnerd
