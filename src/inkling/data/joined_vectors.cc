#include "inkling/data/joined_vectors.h"

#include <algorithm>
#include <unordered_set>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/data/catalogue.h"

namespace inkling {

JoinedVectors JoinedVectors::open(std::string_view names) {
  JoinedVectors joined;
  std::int64_t columns = 0;
  for (const std::string_view name : split(names, '+')) {
    if (name.empty()) {
      throw Error(ErrorKind::usage, cat("'", names, "' names an empty file of word vectors"),
                  {"", 0, "vectors"}, "give NAME, or A+B for two side by side");
    }
    joined.files_.push_back(WordVectors::open(resolve(name).path));
    const std::int64_t end = columns + joined.files_.back().dimensions();
    joined.parts_.push_back({columns, end});
    columns = end;
  }
  return joined;
}

bool JoinedVectors::copy(std::string_view word, std::span<float> out) const {
  bool known = false;
  for (std::size_t i = 0; i < files_.size(); ++i) {
    const std::int64_t at = files_[i].find(word);
    if (at < 0) continue;
    if (!known) std::ranges::fill(out, 0.0F);
    known = true;
    const auto [begin, end] = parts_[i];
    files_[i].copy_row(
        at, out.subspan(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin)));
  }
  return known;
}

std::vector<std::string> JoinedVectors::words(std::int64_t count) const {
  std::int64_t longest = 0;
  for (const WordVectors& file : files_) longest = std::max(longest, file.size());
  std::vector<std::string> words;
  std::unordered_set<std::string_view> taken;
  for (std::int64_t i = 0; i < longest; ++i) {
    for (const WordVectors& file : files_) {
      if (static_cast<std::int64_t>(words.size()) >= count) return words;
      if (i >= file.size() || !taken.insert(file.word(i)).second) continue;
      words.emplace_back(file.word(i));
    }
  }
  return words;
}

}  // namespace inkling
