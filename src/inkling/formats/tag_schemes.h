// Spans as one tag a token, and back: BIO, IOBES and IO.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "inkling/data/example.h"

namespace inkling {

/// How tags stand for spans; "O" is a token outside of every span.
///   bio    B-TYPE begins a span, I-TYPE goes on with it (IOB2 of CoNLL-2002)
///   iobes  the last token of a span is E-TYPE, one alone S-TYPE (BILOU's L and U are read too)
///   io     TYPE for each token: neighbours of one type are one span
enum class TagScheme { bio, iobes, io };

/// "bio", "iobes" or "io".
const char* to_string(TagScheme scheme);
/// Nothing for another name.
std::optional<TagScheme> tag_scheme_named(std::string_view name);

/// Tells the scheme of a file from all its tags: io where none has a prefix, iobes where some have
/// one of its own, else bio.
class TagSchemeGuess {
 public:
  void see(std::string_view tag);
  TagScheme scheme() const;

 private:
  bool plain_ = false;
  bool prefixed_ = false;
  bool iobes_ = false;
};

/// A tag that has no place where it stands: its token, and what is wrong.
struct BrokenTag {
  std::size_t token = 0;
  std::string message;
};

/// spans_of_tags(tags_of_spans(x)) == x.
struct TaggedSpans {
  std::vector<Span> spans;
  std::optional<BrokenTag> broken;  ///< the first fault; `spans` are those before it
};

/// The spans that a sequence of tags stands for.
///
/// With `repair` a sequence that breaks off is read as conlleval does: a span begins where an I- or
/// E- has none of its type to go on with, and ends where its type does. What is no tag of the
/// scheme stays a fault.
TaggedSpans spans_of_tags(std::span<const std::string> tags, TagScheme scheme, bool repair);

struct SpanTags {
  std::vector<std::string> tags;  ///< one a token
  std::string fault;              ///< why there can be none, as "spans that overlap"; else empty
};

/// The tags of spans in the order of the text, within `tokens` tokens.
SpanTags tags_of_spans(std::span<const Span> spans, std::size_t tokens, TagScheme scheme);

}  // namespace inkling
