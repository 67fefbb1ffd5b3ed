#include "inkling/formats/conll/conll.h"

#include <algorithm>

#include "inkling/formats/tagged_columns.h"

namespace inkling::conll {
namespace {

bool is_prefixed(std::string_view tag) {
  return tag.size() > 2 && tag[1] == '-' &&
         std::string_view("BIESLU").find(tag[0]) != std::string_view::npos;
}

/// Tokens and tags alone, with a tag somewhere that begins a span.
int recognise(const std::filesystem::path& path, std::string_view head) {
  constexpr int kByContent = 85;
  constexpr int kByName = 60;
  const auto rows = rows_of_head(head);
  const auto is_tagged = [&](const auto& row) {
    return row.size() > 1 && row.size() == rows.front().size() &&
           (row.back() == "O" || is_prefixed(row.back()));
  };
  const bool tagged = !rows.empty() && std::all_of(rows.begin(), rows.end(), is_tagged);
  const bool some = std::any_of(rows.begin(), rows.end(),
                                [](const auto& row) { return is_prefixed(row.back()); });
  const auto extension = path.extension();
  const bool named =
      extension == ".conll" || extension == ".bio" || extension == ".iob" || extension == ".iobes";
  if (tagged && (some || named)) return kByContent;
  return named ? kByName : 0;
}

}  // namespace

std::unique_ptr<Format> make() {
  return tagged_columns_format({.format = "conll",
                                .summary = "a token and its tag a line: token<TAB>B-TYPE",
                                .fixed = [](FormatOptions options) { return options; },
                                .recognise = &recognise});
}

}  // namespace inkling::conll
