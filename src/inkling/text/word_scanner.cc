#include "inkling/text/word_scanner.h"

#include <unicode/normalizer2.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/text/pair_text.h"

namespace inkling {
namespace {

bool is_ascii(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
char to_lower(char c) {
  return is_upper(c) ? static_cast<char>(c + ('a' - 'A')) : c;
}
Kind ascii_kind(char c) {
  return kAsciiKinds[static_cast<unsigned char>(c)];
}
bool is_ascii_word(char c) {
  const Kind kind = ascii_kind(c);
  return kind == Kind::letter || kind == Kind::digit;
}

bool is_letter(Kind kind) {
  return kind == Kind::letter || kind == Kind::hebrew;
}
bool is_extend(Kind kind) {
  return kind == Kind::extend || kind == Kind::zero_width_joiner;
}

/// Whether no break stands between two characters.
bool adjoin(Kind left, Kind right) {
  if (left == Kind::katakana || right == Kind::katakana) return left == right;
  return is_word_kind(left) && is_word_kind(right);
}

/// Whether `joiner` holds the characters at its sides together.
bool joined_by(Kind left, Kind joiner, Kind right) {
  const bool letters = is_letter(left) && is_letter(right);
  const bool digits = left == Kind::digit && right == Kind::digit;
  switch (joiner) {
    case Kind::joins_letters:
      return letters;
    case Kind::joins_digits:
      return digits;
    case Kind::joins_alike:
      return letters || digits;
    case Kind::joins_all:
      return is_word_kind(left) && is_word_kind(right);
    case Kind::double_quote:
      return left == Kind::hebrew && right == Kind::hebrew;
    default:
      return false;
  }
}

/// Symbols and the joiners that join nothing where they stand.
bool is_mark(Kind kind) {
  return kind == Kind::symbol || kind == Kind::double_quote || kind == Kind::joins_letters ||
         kind == Kind::joins_digits || kind == Kind::joins_alike || kind == Kind::joins_all;
}

/// The zero-width joiner and non-joiner: they mean something between two characters alone.
bool is_zero_width(UChar32 code) {
  return code == 0x200C || code == 0x200D;
}

icu::UnicodeString form_c(const icu::UnicodeString& text) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* normalizer = icu::Normalizer2::getNFCInstance(status);
  icu::UnicodeString form;
  if (U_SUCCESS(status) != 0) form = normalizer->normalize(text, status);
  if (U_FAILURE(status) != 0)
    throw Error(ErrorKind::internal, cat("ICU cannot normalise: ", u_errorName(status)));
  return form;
}

}  // namespace

WordScanner::WordScanner(std::string_view text, const TextOptions& options)
    : text_(text),
      left_(options.max_words_per_text),
      lowercase_(options.lowercase),
      drop_symbols_(options.punctuation == "drop"),
      spaced_(options.split != "words"),
      pairs_(options.split == "pairs") {}

bool WordScanner::next(std::string_view& word) {
  if (left_ <= 0) return false;
  if (spaced_) return next_of_spaced(word);
  while (at_ < text_.size()) {
    const std::size_t begin = at_;
    const char c = text_[begin];
    if (is_ascii(c)) {
      if (ascii_kind(c) == Kind::space) {
        ++at_;
        continue;
      }
      bool upper = false;
      std::size_t end = 0;
      if (is_ascii_word(c)) {
        end = ascii_word_end(begin, upper);
      } else if (begin + 1 == text_.size() || is_ascii(text_[begin + 1])) {
        if (const std::size_t beyond = break_end(begin); beyond != 0) {
          at_ = beyond;
          continue;
        }
        end = begin + 1;
        if (drop_symbols_) {
          at_ = end;
          continue;
        }
      }
      if (end != 0) {
        at_ = end;
        word = text_.substr(begin, end - begin);
        if (upper && lowercase_) {
          buffer_.resize(word.size());
          std::transform(word.begin(), word.end(), buffer_.begin(), to_lower);
          word = buffer_;
        }
        begin_ = begin;
        --left_;
        return true;
      }
    }
    const Step first = step(begin);
    const Kind kind = first.character.kind;
    at_ = first.end;
    if (kind == Kind::space) continue;
    at_ = word_end(first);
    if (drop_symbols_ && is_mark(kind)) continue;
    word = normal_form(text_.substr(begin, at_ - begin), is_word_kind(kind));
    if (word.empty()) continue;
    begin_ = begin;
    --left_;
    return true;
  }
  return false;
}

bool WordScanner::next_of_spaced(std::string_view& word) {
  std::string_view found = next_spaced(text_, at_);
  while (pairs_ && is_pair_mark(found)) found = next_spaced(text_, at_);
  if (found.empty()) return false;
  word = normal_form(found, true);
  if (word.empty()) word = found;
  --left_;
  return true;
}

WordScanner::Step WordScanner::step(std::size_t at) const {
  const char c = text_[at];
  if (is_ascii(c)) return {{ascii_kind(c), false}, at + 1};
  UChar32 code = 0;
  std::size_t end = at;
  U8_NEXT(text_.data(), end, text_.size(), code);
  if (code < 0) return {{Kind::space, false}, end};
  return {classify(static_cast<char32_t>(code)), end};
}

std::size_t WordScanner::skip_extends(std::size_t at) const {
  while (at < text_.size()) {
    const Step next = step(at);
    if (!is_extend(next.character.kind)) break;
    at = next.end;
  }
  return at;
}

std::size_t WordScanner::ascii_word_end(std::size_t begin, bool& upper) const {
  std::size_t at = begin;
  for (;;) {
    while (at < text_.size() && is_ascii(text_[at]) && is_ascii_word(text_[at]))
      upper |= is_upper(text_[at++]);
    if (at == text_.size()) return at;
    if (!is_ascii(text_[at])) return 0;
    if (at + 1 == text_.size()) return at;
    if (!is_ascii(text_[at + 1])) return 0;
    if (!joined_by(ascii_kind(text_[at - 1]), ascii_kind(text_[at]), ascii_kind(text_[at + 1])))
      return at;
    ++at;
  }
}

std::size_t WordScanner::word_end(Step first) const {
  Kind left = first.character.kind;
  std::size_t at = first.end;
  bool after_joiner = left == Kind::zero_width_joiner;
  bool flag = false;
  while (at < text_.size()) {
    const Step next = step(at);
    const Kind right = next.character.kind;
    if (is_extend(right)) {
      after_joiner = right == Kind::zero_width_joiner;
    } else if (after_joiner && next.character.pictograph) {
      after_joiner = false;
      left = right;
    } else if (left == Kind::regional_indicator && right == left && !flag) {
      after_joiner = false;
      flag = true;
    } else if (adjoin(left, right)) {
      after_joiner = false;
      left = right;
    } else {
      // A joiner, and what it may belong to on its other side.
      const std::size_t beyond = skip_extends(next.end);
      const Step after = beyond < text_.size() ? step(beyond) : Step{};
      if (joined_by(left, right, after.character.kind)) {
        after_joiner = false;
        left = after.character.kind;
        at = after.end;
        continue;
      }
      // A geresh ends a Hebrew word.
      if (left == Kind::hebrew && text_[at] == '\'') return beyond;
      return at;
    }
    at = next.end;
  }
  return at;
}

std::size_t WordScanner::break_end(std::size_t begin) const {
  constexpr std::size_t kLongestTag = 128;
  const std::string_view tag = text_.substr(begin, kLongestTag);
  if (tag[0] != '<') return 0;
  std::size_t at = 1;
  if (at < tag.size() && tag[at] == '/') ++at;
  const std::size_t name_end = std::min(tag.find_first_of("/> \t\r\n", at), tag.size());
  std::string name(tag.substr(at, std::min<std::size_t>(name_end - at, 3)));
  std::transform(name.begin(), name.end(), name.begin(), to_lower);
  if (name != "br" && name != "hr" && name != "p") return 0;
  at = name_end;
  const std::size_t end = tag.find_first_of("<>", at);
  return end != std::string_view::npos && tag[end] == '>' ? begin + end + 1 : 0;
}

std::string_view WordScanner::normal_form(std::string_view word, bool joined) {
  if (std::all_of(word.begin(), word.end(), is_ascii)) {
    buffer_.assign(word);
    if (lowercase_) std::transform(word.begin(), word.end(), buffer_.begin(), to_lower);
    return buffer_;
  }
  const auto size = static_cast<std::int32_t>(word.size());
  const icu::UnicodeString form = icu::UnicodeString::fromUTF8(icu::StringPiece(word.data(), size));
  icu::UnicodeString visible;
  for (std::int32_t i = 0; i < form.length(); i = form.moveIndex32(i, 1)) {
    UChar32 code = form.char32At(i);
    if (code == kIotaSubscript) code = 0x3B9;
    if (is_invisible(static_cast<char32_t>(code))) continue;
    if (is_zero_width(code) && visible.isEmpty()) continue;
    if (joined && (code == 0x2019 || code == 0xFF07)) code = '\'';
    visible.append(code);
  }
  while (!visible.isEmpty() && is_zero_width(visible[visible.length() - 1]))
    visible.truncate(visible.length() - 1);
  if (lowercase_) visible.foldCase();
  buffer_.clear();
  form_c(visible).toUTF8String(buffer_);
  return buffer_;
}

}  // namespace inkling
