// The words of a text one by one, without a copy where the text has them as they are.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "inkling/text/characters.h"
#include "inkling/text/text_options.h"

namespace inkling {

/// Scans the words that words_of gives, or, where options.split says so, what stands between ASCII
/// spaces, without the marks of a pair. ASCII takes a fast path; ICU is asked about the rest.
class WordScanner {
 public:
  /// `text` must outlive the scanner.
  WordScanner(std::string_view text, const TextOptions& options);

  /// @param word  set to the next word; it stays as it is until the next call
  /// @return      false at the end, or after options.max_words_per_text words
  bool next(std::string_view& word);

  /// The bytes of the text that the last word was made of.
  std::size_t begin() const { return begin_; }
  std::size_t end() const { return at_; }

 private:
  /// A character and where the one after it begins. Invalid UTF-8 is a space.
  struct Step {
    Character character;
    std::size_t end = 0;
  };

  /// The next word of a text that is tokenised already. Each is a word, so that they keep their
  /// places.
  bool next_of_spaced(std::string_view& word);
  Step step(std::size_t at) const;
  std::size_t skip_extends(std::size_t at) const;
  /// Where the word of ASCII that begins at `begin` ends, or 0 where other characters decide.
  std::size_t ascii_word_end(std::size_t begin, bool& upper) const;
  /// Where the word ends whose first character is `first`.
  std::size_t word_end(Step first) const;
  /// Where the HTML break that begins at `begin` ends, or 0.
  std::size_t break_end(std::size_t begin) const;
  /// `word` with case and form as words_of promises; may be empty.
  std::string_view normal_form(std::string_view word, bool joined);

  std::string_view text_;
  std::size_t begin_ = 0;
  std::size_t at_ = 0;
  std::int64_t left_;
  bool lowercase_;
  bool drop_symbols_;
  bool spaced_;
  bool pairs_;
  std::string buffer_;
};

}  // namespace inkling
