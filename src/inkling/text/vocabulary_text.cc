// The text form of a vocabulary: vocab.txt of a model folder.
#include <unicode/utf8.h>

#include <charconv>
#include <optional>
#include <unordered_set>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/text/vocabulary.h"

namespace inkling {
namespace {

constexpr std::string_view kHeader = "inkling-vocabulary 1";

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  // One spelling a number: no leading zeros, no sign.
  if (!whole || value < 0 || std::to_string(value) != text) return std::nullopt;
  return value;
}

/// Reads line by line and says where it is.
class Lines {
 public:
  Lines(std::string_view text, const std::string& file) : text_(text), file_(file) {}

  bool next(std::string_view& line) {
    if (text_.empty()) return false;
    ++number_;
    const std::size_t end = text_.find('\n');
    if (end == std::string_view::npos) fail("the last line is cut off");
    line = text_.substr(0, end);
    text_.remove_prefix(end + 1);
    return true;
  }

  [[noreturn]] void fail(std::string message, std::string field = {}) const {
    throw Error(ErrorKind::data, std::move(message), {file_, number_, std::move(field)},
                "a vocabulary is written by training and is not meant to be edited");
  }

 private:
  std::string_view text_;
  const std::string& file_;
  std::int64_t number_ = 0;
};

struct Row {
  std::string_view word;
  std::int64_t count = 0;
  std::int64_t documents = 0;
};

Row parse_row(std::string_view line, std::int64_t documents, const Lines& lines) {
  const std::vector<std::string_view> parts = split(line, '\t');
  if (parts.size() != 3) lines.fail("expected a word, its count and its documents, tab-separated");
  const auto count = number(parts[1]);
  if (!count) lines.fail("expected a number", "count");
  const auto seen = number(parts[2]);
  if (!seen) lines.fail("expected a number", "documents");
  if (*seen > documents || *seen > *count || (*seen == 0) != (*count == 0))
    lines.fail(
        cat("seen ", *count, " times in ", *seen, " of ", documents, " documents cannot be"));
  return {parts[0], *count, *seen};
}

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    UChar32 code = 0;
    U8_NEXT(text.data(), at, text.size(), code);
    if (code < 0) return false;
  }
  return true;
}

/// "name=value" of one option.
void read_option(const Field& field, std::string_view part, const Lines& lines) {
  const std::string prefix = field.name + "=";
  if (!part.starts_with(prefix)) lines.fail("expected " + prefix, field.name);
  part.remove_prefix(prefix.size());
  try {
    set_field(field, part);
  } catch (const Error& error) {
    lines.fail(error.message(), field.name);
  }
  if (field_text(field) != part) lines.fail(cat("expected ", field_text(field)), field.name);
}

}  // namespace

std::string Vocabulary::to_text() const {
  std::string text(kHeader);
  text += "\tdocuments=" + std::to_string(documents_);
  TextOptions options = options_;
  // Left out where it is the default: models of older versions stay as they are.
  for (const Field& field : fields_of(options)) {
    if (field.name == "split" && options.split == TextOptions{}.split) continue;
    text += "\t" + field.name + "=" + field_text(field);
  }
  text += '\n';
  const auto row = [&](const std::string& name, std::size_t id) {
    text += name;
    text += '\t';
    text += std::to_string(counts_[id]);
    text += '\t';
    text += std::to_string(document_counts_[id]);
    text += '\n';
  };
  for (std::size_t id = 0; id < words_.size(); ++id) row(words_[id], id);
  for (std::size_t id = words_.size(); id < counts_.size(); ++id) {
    if (counts_[id] > 0) row(cat("#", id - words_.size()), id);
  }
  return text;
}

Vocabulary Vocabulary::from_text(std::string_view text, const std::string& file) {
  Lines lines(text, file);
  std::string_view line;
  if (!lines.next(line)) lines.fail("the file is empty");
  const std::vector<std::string_view> header = split(line, '\t');
  TextOptions options;
  std::vector<Field> fields = fields_of(options);
  if (header.size() == fields.size() + 1)
    std::erase_if(fields, [](const Field& field) { return field.name == "split"; });
  if (header[0] != kHeader)
    lines.fail("expected '" + std::string(kHeader) +
               "': not a vocabulary, or one of another version");
  if (header.size() != fields.size() + 2)
    lines.fail("the header lacks an option, or has one too many");
  constexpr std::string_view kDocuments = "documents=";
  const auto documents = header[1].starts_with(kDocuments)
                             ? number(header[1].substr(kDocuments.size()))
                             : std::nullopt;
  if (!documents) lines.fail("expected a number of documents", "documents");
  for (std::size_t i = 0; i < fields.size(); ++i) read_option(fields[i], header[i + 2], lines);
  if (fields.size() + 2 == header.size() && fields.back().name == "split" &&
      options.split == TextOptions{}.split)
    lines.fail("is left out where it is the default", "split");
  if (options.split != "words" && options.hashed()) lines.fail("n-grams of spaced words", "split");

  std::vector<Row> rows;
  std::vector<std::pair<std::int64_t, Row>> buckets;
  std::unordered_set<std::string_view> seen;
  while (lines.next(line)) {
    const Row row = parse_row(line, *documents, lines);
    // No word is '#' and a digit where '#' is a word of its own.
    if (options.split == "words" && row.word.size() > 1 && row.word[0] == '#' &&
        row.word[1] >= '0' && row.word[1] <= '9') {
      const auto bucket = number(row.word.substr(1));
      if (!bucket || *bucket >= options.buckets || !options.hashed() || row.count == 0)
        lines.fail("no such bucket");
      if (!buckets.empty() && buckets.back().first >= *bucket) lines.fail("buckets out of order");
      buckets.emplace_back(*bucket, row);
      continue;
    }
    if (!buckets.empty()) lines.fail("a word after the buckets");
    if (static_cast<std::int64_t>(rows.size()) == options.words + options.vector_words)
      lines.fail("more words than the header says");
    if (rows.size() < 2) {
      const std::string_view expected = rows.empty() ? "<padding>" : "<unknown>";
      if (row.word != expected) lines.fail(cat("expected ", expected));
      if (rows.empty() && row.count != 0) lines.fail("padding is counted nowhere", "count");
    } else {
      if (row.word.empty() || row.word.size() > kLongestWord || !is_utf8(row.word) ||
          row.word.find_first_of(std::string_view(" \r\0", 3)) != std::string_view::npos)
        lines.fail("not a word", "word");
      if (row.count < options.min_count && options.vector_words == 0)
        lines.fail("rarer than min-count", "count");
      if (!seen.insert(row.word).second) lines.fail(cat("'", row.word, "' is there twice"), "word");
      const bool ordered = rows.size() == 2 || row.count < rows.back().count ||
                           (row.count == rows.back().count && row.word > rows.back().word);
      if (!ordered) lines.fail("words out of order");
    }
    rows.push_back(row);
  }
  if (rows.size() < 2) lines.fail("the rows of padding and the unknown word are missing");

  std::vector<std::string> words;
  words.reserve(rows.size() - 2);
  for (std::size_t i = 2; i < rows.size(); ++i) words.emplace_back(rows[i].word);
  Vocabulary vocabulary(std::move(options), std::move(words));
  vocabulary.documents_ = *documents;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    vocabulary.counts_[i] = rows[i].count;
    vocabulary.document_counts_[i] = rows[i].documents;
  }
  for (const auto& [bucket, row] : buckets) {
    const std::size_t id = rows.size() + static_cast<std::size_t>(bucket);
    vocabulary.counts_[id] = row.count;
    vocabulary.document_counts_[id] = row.documents;
  }
  return vocabulary;
}

}  // namespace inkling
