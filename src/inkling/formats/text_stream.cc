#include "inkling/formats/text_stream.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>

#include "inkling/base/error.h"
#include "inkling/base/sha256.h"
#include "inkling/base/strings.h"
#include "inkling/formats/jsonl/record.h"
#include "inkling/formats/lines.h"
#include "inkling/formats/named_data.h"
#include "inkling/formats/source.h"

namespace inkling {
namespace {

/// A file's lines through a buffer of one size.
class FileLines {
 public:
  FileLines(std::string path, std::int64_t longest)
      : path_(std::move(path)), longest_(longest), file_(std::fopen(path_.c_str(), "rb")) {
    if (file_ == nullptr) {
      throw Error(ErrorKind::io, cat("cannot be opened: ", std::strerror(errno)), {path_},
                  "check the path");
    }
  }
  ~FileLines() { std::fclose(file_); }
  FileLines(const FileLines&) = delete;
  FileLines& operator=(const FileLines&) = delete;

  bool next(std::string& line) {
    line.clear();
    while (true) {
      if (at_ == filled_ && !fill()) break;
      const char* const begin = buffer_.data() + at_;
      const void* const end = std::memchr(begin, '\n', filled_ - at_);
      const std::size_t size =
          end == nullptr ? filled_ - at_
                         : static_cast<std::size_t>(static_cast<const char*>(end) - begin);
      line.append(begin, size);
      at_ += size + (end == nullptr ? 0 : 1);
      if (line.size() > static_cast<std::size_t>(longest_)) {
        ++number_;
        throw too_long(longest_, where());
      }
      if (end != nullptr) return whole(line);
    }
    return !line.empty() && whole(line);
  }

  Where where() const { return {path_, number_}; }

 private:
  bool fill() {
    constexpr std::size_t kBuffer = 1 << 20;
    buffer_.resize(kBuffer);
    at_ = 0;
    filled_ = std::fread(buffer_.data(), 1, kBuffer, file_);
    if (filled_ == 0 && std::ferror(file_) != 0) {
      throw Error(ErrorKind::io, cat("cannot be read: ", std::strerror(errno)), {path_});
    }
    return filled_ > 0;
  }

  bool whole(std::string& line) {
    ++number_;
    if (number_ == 1 && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
    if (line.ends_with('\r')) line.pop_back();
    if (!is_text(line)) {
      throw Error(ErrorKind::data, "the line is not UTF-8 or holds a NUL byte", where(),
                  "convert the file to UTF-8");
    }
    return true;
  }

  std::string path_;
  std::int64_t longest_;
  std::FILE* file_;
  std::string buffer_;
  std::size_t at_ = 0;
  std::size_t filled_ = 0;
  std::int64_t number_ = 0;
};

bool is_lines(const std::string& name) {
  return name.ends_with(".txt");
}
bool is_json_lines(const std::string& name, const FormatOptions& options) {
  const bool named = name.ends_with(".jsonl") || name.ends_with(".ndjson");
  return named && (options.format == "auto" || options.format == "jsonl");
}

class Files : public TextStream {
 public:
  Files(std::vector<std::string> names, const FormatOptions& options)
      : names_(std::move(names)), options_(options) {}

  std::vector<std::string> next(std::size_t most) override {
    std::vector<std::string> texts;
    while (texts.size() < most) {
      std::optional<std::string> text = one();
      if (text) {
        texts.push_back(std::move(*text));
      } else if (!open_next()) {
        break;
      }
    }
    return texts;
  }

  std::int64_t with_labels() const override { return with_labels_; }

 private:
  bool open_next() {
    lines_.reset();
    held_.clear();
    at_ = 0;
    if (opened_ == names_.size()) return false;
    const std::string& name = names_[opened_++];
    json_ = is_json_lines(name, options_);
    if (json_ || is_lines(name)) {
      lines_ = std::make_unique<FileLines>(name, options_.max_record_bytes);
      return true;
    }
    held_ = read_named(name, options_).examples;
    return true;
  }

  /// The next text of the file that is open.
  std::optional<std::string> one() {
    if (lines_) return json_ ? of_json_line() : of_line();
    if (at_ == held_.size()) return std::nullopt;
    Example& example = held_[at_++];
    if (example.label) ++with_labels_;
    return std::move(example.text);
  }

  std::optional<std::string> of_line() {
    std::string line;
    while (lines_->next(line)) {
      if (!trim(line).empty()) return line;
    }
    return std::nullopt;
  }

  std::optional<std::string> of_json_line() {
    std::string line;
    while (lines_->next(line)) {
      if (trim(line).empty()) continue;
      const auto record = parser_.parse(line, lines_->where(), "jsonl has one object a line");
      jsonl::SeenColumns seen;
      Example example = jsonl::read_record(record, options_, lines_->where(), seen);
      if (example.label) ++with_labels_;
      return std::move(example.text);
    }
    return std::nullopt;
  }

  std::vector<std::string> names_;
  FormatOptions options_;
  std::size_t opened_ = 0;
  std::unique_ptr<FileLines> lines_;
  bool json_ = false;
  JsonParser parser_;
  std::vector<Example> held_;
  std::size_t at_ = 0;
  std::int64_t with_labels_ = 0;
};

class Held : public TextStream {
 public:
  explicit Held(std::vector<std::string> texts) : texts_(std::move(texts)) {}

  std::vector<std::string> next(std::size_t most) override {
    const std::size_t end = std::min(texts_.size(), at_ + most);
    const std::vector<std::string> some(texts_.begin() + static_cast<std::ptrdiff_t>(at_),
                                        texts_.begin() + static_cast<std::ptrdiff_t>(end));
    at_ = end;
    return some;
  }

 private:
  std::vector<std::string> texts_;
  std::size_t at_ = 0;
};

}  // namespace

std::unique_ptr<TextStream> text_stream(std::vector<std::string> names,
                                        const FormatOptions& options) {
  return std::make_unique<Files>(std::move(names), options);
}

std::unique_ptr<TextStream> text_stream(std::vector<std::string> texts) {
  return std::make_unique<Held>(std::move(texts));
}

std::string digest_of(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names) {
    const bool is_file = std::filesystem::is_regular_file(name);
    all += cat(name, "\n", is_file ? sha256_of_file(name) : "", "\n");
  }
  return sha256_of(all);
}

}  // namespace inkling
