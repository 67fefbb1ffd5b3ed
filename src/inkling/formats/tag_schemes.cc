#include "inkling/formats/tag_schemes.h"

#include "inkling/base/strings.h"

namespace inkling {
namespace {

constexpr std::string_view kOutside = "O";

/// A tag in its parts; the prefix is 'O' outside, and 0 for what has none.
struct Tag {
  char prefix = 0;
  std::string_view type;
};

Tag parse(std::string_view tag) {
  if (tag == kOutside) return {'O', {}};
  if (tag.size() < 3 || tag[1] != '-') return {};
  char prefix = tag[0];
  if (prefix == 'L') prefix = 'E';
  if (prefix == 'U') prefix = 'S';
  if (std::string_view("BIES").find(prefix) == std::string_view::npos) return {};
  return {prefix, tag.substr(2)};
}

/// Walks over tags and keeps the span that is open.
class TagReader {
 public:
  TagReader(std::span<const std::string> tags, TagScheme scheme, bool repair)
      : tags_(tags), scheme_(scheme), repair_(repair) {}

  TaggedSpans run() {
    for (at_ = 0; at_ < tags_.size(); ++at_) {
      if (scheme_ == TagScheme::io)
        read_plain();
      else
        read_prefixed();
      if (found_.broken) return std::move(found_);
    }
    if (open_ && scheme_ == TagScheme::iobes && !repair_)
      fail(at_ - 1, cat("the last token's ", tags_[at_ - 1], " leaves the span without its end"));
    else
      close();
    return std::move(found_);
  }

 private:
  void fail(std::size_t token, std::string message) {
    found_.broken = BrokenTag{token, std::move(message)};
  }
  void open(std::string_view type) {
    open_ = Span{static_cast<std::int64_t>(at_), 0, std::string(type)};
  }
  void close() {
    if (!open_) return;
    open_->end = static_cast<std::int64_t>(at_);
    found_.spans.push_back(*std::move(open_));
    open_.reset();
  }

  void read_plain() {
    const std::string& tag = tags_[at_];
    if (open_ && open_->label == tag) return;
    close();
    if (tag != kOutside) open(tag);
  }

  void read_prefixed() {
    const Tag tag = parse(tags_[at_]);
    const bool ends = tag.prefix == 'E' || tag.prefix == 'S';
    if (tag.prefix == 0 || (ends && scheme_ == TagScheme::bio)) {
      fail(at_, cat("'", tags_[at_], "' is no tag of ", to_string(scheme_)));
      return;
    }
    const bool goes_on = tag.prefix == 'I' || tag.prefix == 'E';
    if (goes_on && open_ && open_->label == tag.type) {
      if (ends) close_after();
      return;
    }
    const std::string before = at_ == 0 ? "nothing" : tags_[at_ - 1];
    if (goes_on && !repair_) {
      fail(at_, cat(tags_[at_], " follows ", before, ": it has no span to go on with"));
      return;
    }
    if (open_ && scheme_ == TagScheme::iobes && !repair_) {
      fail(at_, cat(tags_[at_], " follows ", before, ": the span before has no end"));
      return;
    }
    close();
    if (tag.prefix == 'O') return;
    open(tag.type);
    if (ends) close_after();
  }

  void close_after() {
    open_->end = static_cast<std::int64_t>(at_ + 1);
    found_.spans.push_back(*std::move(open_));
    open_.reset();
  }

  std::span<const std::string> tags_;
  TagScheme scheme_;
  bool repair_;
  std::size_t at_ = 0;
  std::optional<Span> open_;
  TaggedSpans found_;
};

std::string_view prefix(TagScheme scheme, const Span& span, std::int64_t token) {
  if (scheme == TagScheme::io) return "";
  const bool first = token == span.begin;
  const bool last = token + 1 == span.end;
  if (scheme == TagScheme::iobes && last) return first ? "S-" : "E-";
  return first ? "B-" : "I-";
}

}  // namespace

const char* to_string(TagScheme scheme) {
  switch (scheme) {
    case TagScheme::bio:
      return "bio";
    case TagScheme::iobes:
      return "iobes";
    case TagScheme::io:
      break;
  }
  return "io";
}

std::optional<TagScheme> tag_scheme_named(std::string_view name) {
  for (const TagScheme scheme : {TagScheme::bio, TagScheme::iobes, TagScheme::io}) {
    if (name == to_string(scheme)) return scheme;
  }
  return std::nullopt;
}

void TagSchemeGuess::see(std::string_view tag) {
  const Tag parts = parse(tag);
  if (parts.prefix == 'O') return;
  if (parts.prefix == 0)
    plain_ = true;
  else
    prefixed_ = true;
  if (parts.prefix == 'E' || parts.prefix == 'S') iobes_ = true;
}

TagScheme TagSchemeGuess::scheme() const {
  if (plain_ && !prefixed_) return TagScheme::io;
  return iobes_ ? TagScheme::iobes : TagScheme::bio;
}

TaggedSpans spans_of_tags(std::span<const std::string> tags, TagScheme scheme, bool repair) {
  return TagReader(tags, scheme, repair).run();
}

SpanTags tags_of_spans(std::span<const Span> spans, std::size_t tokens, TagScheme scheme) {
  SpanTags made;
  made.tags.assign(tokens, std::string(kOutside));
  const Span* before = nullptr;
  for (const Span& span : spans) {
    const bool plain = scheme == TagScheme::io;
    if (span.begin >= span.end) {
      made.fault = "a span without tokens";
    } else if (span.label.empty() || (plain && span.label == kOutside)) {
      made.fault = cat("a span labelled '", span.label, "'");
    } else if (before != nullptr && span.begin < before->end) {
      made.fault =
          span.begin < before->begin ? "spans out of the order of the text" : "spans that overlap";
    } else if (before != nullptr && plain && span.begin == before->end &&
               span.label == before->label) {
      made.fault = "neighbouring spans of one label";
    }
    if (!made.fault.empty()) return made;
    for (std::int64_t token = span.begin; token < span.end; ++token)
      made.tags[static_cast<std::size_t>(token)] = cat(prefix(scheme, span, token), span.label);
    before = &span;
  }
  return made;
}

}  // namespace inkling
