#include "inkling/formats/vader/vader.h"

#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

#include "inkling/base/strings.h"
#include "inkling/formats/holding.h"
#include "inkling/formats/lines.h"
#include "inkling/formats/source.h"

namespace inkling::vader {
namespace {

constexpr std::string_view kEnding = "_GroundTruth.txt";
constexpr double kLargest = 4;

/// The files of the study, and what their domains are called here.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kStudy = {{
    {"amazonReviewSnippets", "amazon"},
    {"movieReviewSnippets", "movie"},
    {"nytEditorialSnippets", "nyt"},
    {"tweets", "tweet"},
}};

/// The domain that a file's name says; nothing for another name.
std::optional<std::string> domain_of(std::string_view file) {
  if (!file.ends_with(kEnding)) return std::nullopt;
  file.remove_suffix(kEnding.size());
  if (!is_file_name(file)) return std::nullopt;
  for (const auto& [name, domain] : kStudy) {
    if (file == name) return std::string(domain);
  }
  return std::string(file);
}

std::string file_of(std::string_view domain) {
  for (const auto& [name, known] : kStudy) {
    if (domain == known) return cat(name, kEnding);
  }
  return cat(domain, kEnding);
}

std::optional<double> rating_of(std::string_view text) {
  double rating = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), rating);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size()) return std::nullopt;
  if (!(std::abs(rating) <= kLargest)) return std::nullopt;
  return rating;
}

/// A rating of exactly 0 has no sign, and so no label, whatever the least rating.
bool is_kept(double rating, const FormatOptions& options) {
  return rating != 0 && std::abs(rating) >= options.min_rating;
}

const char* label_of(double rating) {
  return rating > 0 ? "positive" : "negative";
}

std::optional<Example> example_of(const LineScanner& line, const FormatOptions& options) {
  const std::string_view text = line.text();
  const std::size_t first = text.find('\t');
  const std::size_t second = first == std::string_view::npos ? first : text.find('\t', first + 1);
  if (second == std::string_view::npos) {
    throw Error(ErrorKind::data, "the line is not ID<TAB>RATING<TAB>TEXT", line.where(),
                "check the file, or name its format with --format");
  }
  const std::string_view written = text.substr(first + 1, second - first - 1);
  const auto rating = rating_of(written);
  if (!rating) {
    throw Error(ErrorKind::data,
                cat("the rating is '", written.substr(0, 40), "', not a number from -4 to 4"),
                line.where("rating"));
  }
  if (first == 0) throw Error(ErrorKind::data, "the id is empty", line.where("id"));
  if (!is_kept(*rating, options)) return std::nullopt;
  Example example;
  example.text = text.substr(second + 1);
  example.label = label_of(*rating);
  example.metadata = {{"id", std::string(text.substr(0, first))}, {"rating", std::string(written)}};
  example.origin = {line.file(), line.number()};
  return example;
}

bool is_named(const std::string& name) {
  return domain_of(name).has_value();
}

class Vader : public Format {
 public:
  std::string_view name() const override { return "vader"; }
  std::string_view summary() const override {
    return "ID<TAB>RATING<TAB>TEXT a line, in files named DOMAIN_GroundTruth.txt";
  }

  int recognise(const std::filesystem::path& path, std::string_view head) const override {
    constexpr int kByName = 95;
    if (is_named(plain_name(path))) return kByName;
    return head.empty() && holds_file(path, is_named) ? kByName : 0;
  }

  std::vector<Example> read(const Source& source, const FormatOptions& options) const override {
    const auto domain = domain_of(plain_name(source.path));
    LineScanner lines(source, options);
    std::vector<Example> examples;
    while (lines.next()) {
      if (lines.text().empty()) continue;
      auto example = example_of(lines, options);
      if (!example) continue;
      if (domain) example->attributes = {{"domain", *domain}};
      examples.push_back(std::move(*example));
    }
    return examples;
  }

  std::vector<OutputFile> write(const Dataset& dataset,
                                const FormatOptions& options) const override {
    FileSet files;
    for_each_held(dataset, name(), [&](const Held& held) {
      write_line(held, options, files[file_by_attributes(dataset, held, &named_file)]);
    });
    return files.take();
  }

 private:
  static std::string named_file(const Held& held) {
    held.require_attributes({"domain"});
    const std::string domain(value_of(held.example.attributes, "domain"));
    const std::string file = file_of(domain);
    if (domain_of(file) != domain)
      throw held.cannot_hold(cat("the domain '", domain, "'"), "domain",
                             "a domain is part of a file's name");
    return file;
  }

  static void write_line(const Held& held, const FormatOptions& options, std::string& bytes) {
    const Example& example = held.example;
    held.require_plain();
    held.require_metadata({"id", "rating"});
    const std::string id(value_of(example.metadata, "id"));
    const std::string written(value_of(example.metadata, "rating"));
    const auto rating = rating_of(written);
    if (!rating) {
      throw held.cannot_hold("an example without a rating", "rating",
                             "it needs metadata 'rating', a number from -4 to 4");
    }
    if (id.empty())
      throw held.cannot_hold("an example without an id", "id", "it needs metadata 'id'");
    if (!is_kept(*rating, options)) {
      throw held.cannot_hold(cat("the rating ", written, ", which is left out on reading"),
                             "rating", "lower --min-rating; 0 is always left out");
    }
    if (example.label != label_of(*rating))
      throw held.cannot_hold("a label that is not the sign of its rating", "label");
    held.require_one_line(cat(id, "\t"), "", "id");
    if (id.find('\t') != std::string::npos) throw held.cannot_hold("a tab in it", "id");
    held.require_one_line(example.text, "", "text");
    bytes += cat(id, "\t", written, "\t");
    bytes += example.text;
    bytes += '\n';
  }
};

}  // namespace

std::unique_ptr<Format> make() {
  return std::make_unique<Vader>();
}

}  // namespace inkling::vader
