// What a character is to the word scanner: the classes of UAX 29 with the tailoring of
// text/tokenizer.h.
#pragma once

#include <array>
#include <cstdint>

namespace inkling {

enum class Kind : std::uint8_t {
  space,
  letter,
  hebrew,  ///< a letter that a quote may follow or join (gershayim)
  digit,
  katakana,
  joins_letters,
  joins_digits,
  joins_alike,  ///< letters with letters, digits with digits
  joins_all,    ///< joins letters and digits in any order
  double_quote,
  extend,  ///< belongs to the character before it
  zero_width_joiner,
  regional_indicator,  ///< two of them are a flag
  symbol,              ///< a mark: punctuation "drop" leaves it out
  other,               ///< stands alone and is always a word: ideographs, emoji
};

/// A combining mark that folds to a letter, iota: a letter from the start, here.
constexpr char32_t kIotaSubscript = 0x345;

struct Character {
  Kind kind = Kind::space;
  bool pictograph = false;  ///< joined to the one before it by a zero-width joiner
};

/// @param code  a Unicode scalar value
Character classify(char32_t code);

/// Whether `code` leaves no trace on the page and may go without changing the word.
bool is_invisible(char32_t code);

constexpr bool is_word_kind(Kind kind) {
  return kind == Kind::letter || kind == Kind::hebrew || kind == Kind::digit ||
         kind == Kind::katakana;
}

/// classify(code).kind of ASCII.
constexpr std::array<Kind, 128> kAsciiKinds = [] {
  std::array<Kind, 128> kinds{};
  for (std::size_t c = 0; c < kinds.size(); ++c) {
    if (c <= ' ' || c == 0x7f) {
      kinds[c] = Kind::space;
    } else if (c >= '0' && c <= '9') {
      kinds[c] = Kind::digit;
    } else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
      kinds[c] = Kind::letter;
    } else {
      kinds[c] = Kind::symbol;
    }
  }
  kinds['\''] = Kind::joins_alike;
  kinds['.'] = kinds[','] = kinds[';'] = Kind::joins_digits;
  kinds['_'] = Kind::joins_all;
  kinds['"'] = Kind::double_quote;
  return kinds;
}();

}  // namespace inkling
