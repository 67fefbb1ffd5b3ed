#include "inkling/text/characters.h"

#include <unicode/uchar.h>

namespace inkling {
namespace {

/// Full stops and colons, which UAX 29 lets join letters.
bool is_stop_or_colon(char32_t code) {
  switch (code) {
    case U'.':
    case U'\u2024':
    case U'\uFE52':
    case U'\uFF0E':
    case U':':
    case U'\uFE13':
    case U'\uFE55':
    case U'\uFF1A':
      return true;
    default:
      return false;
  }
}

Kind kind_by_category(UChar32 code, bool pictograph) {
  constexpr std::uint32_t kMarks = U_GC_P_MASK | U_GC_S_MASK | U_GC_C_MASK;
  return (U_GET_GC_MASK(code) & kMarks) != 0 && !pictograph ? Kind::symbol : Kind::other;
}

}  // namespace

bool is_invisible(char32_t code) {
  constexpr char32_t kZeroWidthNonJoiner = 0x200C;
  constexpr char32_t kZeroWidthJoiner = 0x200D;
  return code != kZeroWidthJoiner && code != kZeroWidthNonJoiner &&
         u_hasBinaryProperty(static_cast<UChar32>(code), UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0;
}

Character classify(char32_t point) {
  constexpr UChar32 kZeroWidthSpace = 0x200B;
  constexpr std::uint32_t kSpaces = U_GC_Z_MASK | U_GC_CC_MASK | U_GC_CS_MASK;
  const auto code = static_cast<UChar32>(point);
  if ((U_GET_GC_MASK(code) & kSpaces) != 0 || code == kZeroWidthSpace) return {Kind::space, false};
  if (point == kIotaSubscript) return {Kind::letter, false};
  // The Hangul fillers are letters that nobody sees.
  if (code >= 0x80 && is_invisible(point)) return {Kind::extend, false};
  const bool pictograph =
      code >= 0x80 && u_hasBinaryProperty(code, UCHAR_EXTENDED_PICTOGRAPHIC) != 0;
  const auto of = [&](Kind kind) { return Character{kind, pictograph}; };
  switch (u_getIntPropertyValue(code, UCHAR_WORD_BREAK)) {
    case U_WB_ALETTER:
      return of(Kind::letter);
    case U_WB_HEBREW_LETTER:
      return of(Kind::hebrew);
    case U_WB_NUMERIC:
      return of(Kind::digit);
    case U_WB_KATAKANA:
      return of(Kind::katakana);
    case U_WB_MIDLETTER:
      return of(is_stop_or_colon(point) ? Kind::symbol : Kind::joins_letters);
    case U_WB_MIDNUM:
      return of(Kind::joins_digits);
    case U_WB_MIDNUMLET:
    case U_WB_SINGLE_QUOTE:
      return of(is_stop_or_colon(point) ? Kind::joins_digits : Kind::joins_alike);
    case U_WB_EXTENDNUMLET:
      return of(Kind::joins_all);
    case U_WB_DOUBLE_QUOTE:
      return of(Kind::double_quote);
    case U_WB_EXTEND:
    case U_WB_FORMAT:
      return of(Kind::extend);
    case U_WB_ZWJ:
      return of(Kind::zero_width_joiner);
    case U_WB_REGIONAL_INDICATOR:
      return of(Kind::regional_indicator);
    default:
      return of(kind_by_category(code, pictograph));
  }
}

}  // namespace inkling
