#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

#include "inkling/base/error.h"
#include "inkling/base/interrupt.h"
#include "inkling/base/progress.h"
#include "inkling/base/strings.h"
#include "inkling/data/vectors.h"

namespace inkling {
namespace {

constexpr std::size_t kMaxDimensions = 65536;
constexpr std::int64_t kReportEvery = 4096;

std::optional<float> number(std::string_view text) {
  float value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Cuts the last field off `line`.
std::string_view last_field(std::string_view& line) {
  const std::size_t space = line.find_last_of(" \t");
  const std::string_view field = line.substr(space == std::string_view::npos ? 0 : space + 1);
  line = line.substr(0, space == std::string_view::npos ? 0 : space);
  return field;
}

bool is_count_line(std::string_view line) {
  const auto fields = split(line, ' ');
  const auto whole = [](std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
  };
  return fields.size() == 2 && whole(fields[0]) && whole(fields[1]);
}

/// Fields after the first; the words of the first line hold no space.
std::size_t dimensions_of(std::string_view line) {
  std::size_t count = 0;
  for (const char c : line) count += c == ' ' || c == '\t' ? 1 : 0;
  return count;
}

/// Reads the events of the JSON parser. The words must come before the vectors, whose order is
/// another: a vector says by its last number which word it belongs to.
class WinkReader : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit WinkReader(std::string file) : file_(std::move(file)) {}

  WordVectorsBuilder take() {
    if (words_.empty() || dimensions_ == 0)
      fail("", "is not the JSON of wink-embeddings: no words");
    WordVectorsBuilder builder(file_);
    if (!progress_) fail("", "is not the JSON of wink-embeddings: no vectors");
    for (std::size_t i = 0; i < words_.size(); ++i) {
      if (!seen_[i]) fail(words_[i], "the word has no vector");
      builder.add(words_[i], std::span(vectors_).subspan(i * dimensions_, dimensions_));
    }
    return builder;
  }

  bool null() override { return outside("null"); }
  bool boolean(bool) override { return outside("true or false"); }
  bool binary(binary_t&) override { return outside("binary data"); }
  bool number_integer(std::int64_t value) override {
    return take_number(static_cast<double>(value));
  }
  bool number_unsigned(std::uint64_t value) override {
    return take_number(static_cast<double>(value));
  }
  bool number_float(double value, const std::string&) override { return take_number(value); }

  bool string(std::string& text) override {
    if (top_key_ == "words" && depth_ == 2)
      words_.push_back(text);
    else if (in_vectors())
      fail(word_, "a text in place of a vector");
    return true;
  }

  bool start_object(std::size_t) override {
    if (++depth_ == 2 && top_key_ == "vectors") begin_vectors();
    if (depth_ > 2) fail(word_, "an object where there should be none");
    return true;
  }
  bool end_object() override {
    --depth_;
    return true;
  }
  bool key(std::string& text) override {
    if (depth_ != 1) {
      word_ = text;
      return true;
    }
    // The vectors have places by the words and dimensions before them.
    if (progress_ && (text == "words" || text == "dimensions" || text == "vectors"))
      fail(text, "stands after the vectors");
    top_key_ = text;
    return true;
  }

  bool start_array(std::size_t) override {
    if (depth_ == 0) fail("", "is not the JSON of wink-embeddings: a list");
    ++depth_;
    if (depth_ > 3 || (depth_ == 3 && !(progress_ && in_vectors())))
      fail(word_, "a list where there should be none");
    numbers_.clear();
    return true;
  }
  bool end_array() override {
    if (depth_-- == 3) end_vector();
    return true;
  }

  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    fail(word_, cat("is no JSON at its byte ", position));
  }

 private:
  bool in_vectors() const { return depth_ >= 2 && top_key_ == "vectors"; }

  bool outside(const char* what) const {
    if (depth_ >= 2) fail(word_, cat(what, " where there should be a number or a text"));
    return true;
  }

  bool take_number(double value) {
    if (depth_ == 3) {
      if (numbers_.size() > dimensions_ + 2) fail(word_, "the vector is too long");
      numbers_.push_back(value);
    } else if (depth_ == 1 && top_key_ == "dimensions") {
      if (!(value >= 1 && value <= kMaxDimensions)) fail(top_key_, "is out of range");
      dimensions_ = static_cast<std::size_t>(value);
    } else if (in_vectors() || (depth_ == 2 && top_key_ == "words")) {
      fail(word_, "a number where there should be none");
    }
    return true;
  }

  void begin_vectors() {
    if (words_.empty() || dimensions_ == 0)
      fail("", "the words and dimensions do not come before the vectors");
    vectors_.resize(words_.size() * dimensions_);
    seen_.resize(words_.size());
    progress_.emplace("reading vectors", static_cast<std::int64_t>(words_.size()));
  }

  void end_vector() {
    if (numbers_.size() != dimensions_ + 2) {
      fail(word_, cat("the vector has ", numbers_.size(), " numbers, not ", dimensions_,
                      " and its norm and index"));
    }
    const double index = numbers_.back();
    if (!(index >= 0 && index < static_cast<double>(words_.size())) ||
        words_[static_cast<std::size_t>(index)] != word_) {
      fail(word_, cat("the vector's index ", index, " is not its word's"));
    }
    const auto row = static_cast<std::size_t>(index);
    for (std::size_t i = 0; i < dimensions_; ++i) {
      vectors_[row * dimensions_ + i] = static_cast<float>(numbers_[i]);
    }
    seen_[row] = true;
    if (++read_ % kReportEvery == 0) {
      check_interrupt();
      progress_->update(read_);
    }
  }

  [[noreturn]] void fail(const std::string& field, const std::string& message) const {
    throw Error(ErrorKind::data, message, {.file = file_, .field = field});
  }

  std::string file_;
  int depth_ = 0;
  std::string top_key_;
  std::string word_;
  std::size_t dimensions_ = 0;
  std::vector<std::string> words_;
  std::vector<float> vectors_;
  std::vector<bool> seen_;
  std::vector<double> numbers_;
  std::int64_t read_ = 0;
  std::optional<Progress> progress_;
};

}  // namespace

WordVectorsBuilder read_vectors_text(const std::filesystem::path& path) {
  const MappedFile file(path);
  WordVectorsBuilder builder(path.string());
  std::vector<float> vector;
  std::int64_t number_of_line = 0;
  for (std::string_view rest = file.bytes(); !rest.empty();) {
    const std::size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.remove_suffix(1);
    if (++number_of_line % kReportEvery == 0) check_interrupt();
    if (line.empty() || (number_of_line == 1 && is_count_line(line))) continue;
    const auto fail = [&](const std::string& message) {
      throw Error(ErrorKind::data, message, {.file = path.string(), .line = number_of_line});
    };
    if (vector.empty()) vector.resize(dimensions_of(line));
    if (vector.empty() || vector.size() > kMaxDimensions) fail("is not a word with a vector");
    for (std::size_t i = vector.size(); i-- > 0;) {
      const std::string_view text = last_field(line);
      const std::optional<float> value = number(text);
      if (!value)
        fail(cat("the row has fewer than ", vector.size(), " numbers, or '", text, "' among them"));
      vector[i] = *value;
    }
    // A word may hold spaces; a number before the vector belongs to a row that is too long.
    std::string_view word = line;
    if (line.find(' ') != std::string_view::npos && number(last_field(line))) {
      fail(cat("the row has more than ", vector.size(), " numbers"));
    }
    builder.add(word, vector, number_of_line);
  }
  if (builder.size() == 0)
    throw Error(ErrorKind::data, "holds no vectors", {.file = path.string()});
  return builder;
}

WordVectorsBuilder read_lexicon(const std::filesystem::path& path) {
  const MappedFile file(path);
  WordVectorsBuilder builder(path.string());
  std::int64_t number_of_line = 0;
  for (std::string_view rest = file.bytes(); !rest.empty();) {
    const std::size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (++number_of_line % kReportEvery == 0) check_interrupt();
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.empty()) continue;
    const auto fields = split(line, '\t');
    const std::optional<float> score = fields.size() > 1 ? number(fields[1]) : std::nullopt;
    if (!score) {
      throw Error(ErrorKind::data, "is not a word, a tab and its score",
                  {.file = path.string(), .line = number_of_line});
    }
    builder.add(fields[0], std::span(&*score, 1), number_of_line);
  }
  if (builder.size() == 0) throw Error(ErrorKind::data, "holds no words", {.file = path.string()});
  return builder;
}

WordVectorsBuilder read_vectors_wink(const std::filesystem::path& path) {
  const MappedFile file(path);
  WinkReader reader(path.string());
  nlohmann::json::sax_parse(file.bytes().begin(), file.bytes().end(), &reader);
  return reader.take();
}

}  // namespace inkling
