#include "inkling/text/token_table.h"

#include <algorithm>

#include "inkling/base/parallel.h"
#include "inkling/text/pair_text.h"

namespace inkling {
namespace {

/// A text may be read to its first `words` words alone.
void clamp(PairMarks& marks, std::int32_t words) {
  for (std::int32_t* place :
       {&marks.head_begin, &marks.head_end, &marks.tail_begin, &marks.tail_end}) {
    *place = std::min(*place, words);
  }
}

}  // namespace

TokenTable tokenise(std::span<const std::string_view> texts, const Vocabulary& vocabulary,
                    int threads) {
  constexpr std::size_t kPiece = 256;
  struct Piece {
    std::vector<std::int32_t> ids;
    std::vector<std::int64_t> ends;
  };
  std::vector<Piece> pieces((texts.size() + kPiece - 1) / kPiece);
  TokenTable table;
  table.word_counts.resize(texts.size());
  const bool pairs = vocabulary.options().split == "pairs";
  if (pairs) table.pairs.resize(texts.size());
  parallel_for(static_cast<std::int64_t>(pieces.size()), threads, [&](std::int64_t i) {
    Piece& piece = pieces[static_cast<std::size_t>(i)];
    const std::size_t begin = static_cast<std::size_t>(i) * kPiece;
    const std::size_t end = std::min(begin + kPiece, texts.size());
    for (std::size_t text = begin; text < end; ++text) {
      table.word_counts[text] =
          static_cast<std::int32_t>(vocabulary.encode_into(texts[text], piece.ids));
      if (pairs) {
        table.pairs[text] =
            pair_marks(texts[text], {"", static_cast<std::int64_t>(text) + 1, "text"});
        clamp(table.pairs[text], table.word_counts[text]);
      }
      piece.ends.push_back(static_cast<std::int64_t>(piece.ids.size()));
    }
  });
  std::size_t total = 0;
  for (const Piece& piece : pieces) total += piece.ids.size();
  table.ids.reserve(total);
  table.offsets.reserve(texts.size() + 1);
  for (Piece& piece : pieces) {
    const auto before = static_cast<std::int64_t>(table.ids.size());
    for (const std::int64_t end : piece.ends) table.offsets.push_back(before + end);
    table.ids.insert(table.ids.end(), piece.ids.begin(), piece.ids.end());
    piece = {};
  }
  return table;
}

}  // namespace inkling
