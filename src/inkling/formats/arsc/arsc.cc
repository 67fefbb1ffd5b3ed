#include "inkling/formats/arsc/arsc.h"

#include <optional>

#include "inkling/base/strings.h"
#include "inkling/formats/holding.h"
#include "inkling/formats/lines.h"
#include "inkling/formats/source.h"

namespace inkling::arsc {
namespace {

constexpr const char* kDomain = "domain";
constexpr const char* kThreshold = "threshold";
constexpr const char* kSplit = "split";

/// What a file's name says: DOMAIN.THRESHOLD.SPLIT.
struct FileName {
  std::string domain;
  std::string threshold;
  std::string split;
};

bool is_threshold(std::string_view text) {
  return text.size() > 1 && text.front() == 't' &&
         text.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

bool is_split(std::string_view text) {
  return text == "train" || text == "dev" || text == "test";
}

std::optional<FileName> parse_name(std::string_view name) {
  const std::size_t last = name.rfind('.');
  if (last == std::string_view::npos || last == 0) return std::nullopt;
  const std::size_t middle = name.rfind('.', last - 1);
  if (middle == std::string_view::npos) return std::nullopt;
  FileName parts = {std::string(name.substr(0, middle)),
                    std::string(name.substr(middle + 1, last - middle - 1)),
                    std::string(name.substr(last + 1))};
  if (!is_file_name(parts.domain) || !is_threshold(parts.threshold) || !is_split(parts.split))
    return std::nullopt;
  return parts;
}

Example example_of(std::string_view line, const Where& where) {
  const std::size_t tab = line.rfind('\t');
  if (tab == std::string_view::npos) {
    throw Error(ErrorKind::data, "the line has no tab before a label", where,
                "arsc is TEXT<TAB>1 or TEXT<TAB>-1 a line");
  }
  const std::string_view label = line.substr(tab + 1);
  Example example;
  if (label == "1" || label == "+1")
    example.label = "positive";
  else if (label == "-1")
    example.label = "negative";
  else
    throw Error(ErrorKind::data, cat("the label is '", label.substr(0, 40), "', not 1 or -1"),
                where);
  example.text = line.substr(0, tab);
  return example;
}

bool is_named(const std::string& name) {
  return parse_name(name).has_value();
}

class Arsc : public Format {
 public:
  std::string_view name() const override { return "arsc"; }
  std::string_view summary() const override {
    return "TEXT<TAB>1 or -1 a line, in files named DOMAIN.THRESHOLD.{train,dev,test}";
  }

  int recognise(const std::filesystem::path& path, std::string_view head) const override {
    constexpr int kByName = 95;
    if (is_named(plain_name(path))) return kByName;
    return head.empty() && holds_file(path, is_named) ? kByName : 0;
  }

  std::vector<Example> read(const Source& source, const FormatOptions& options) const override {
    const auto file_name = parse_name(plain_name(source.path));
    LineScanner lines(source, options);
    std::vector<Example> examples;
    while (lines.next()) {
      if (lines.text().empty()) continue;
      Example& example = examples.emplace_back(example_of(lines.text(), lines.where("label")));
      example.origin = {lines.file(), lines.number()};
      if (file_name) {
        example.attributes = {{kDomain, file_name->domain},
                              {kThreshold, file_name->threshold},
                              {kSplit, file_name->split}};
      }
    }
    return examples;
  }

  std::vector<OutputFile> write(const Dataset& dataset, const FormatOptions&) const override {
    FileSet files;
    for_each_held(dataset, name(), [&](const Held& held) {
      write_line(held, files[file_by_attributes(dataset, held, &file_of)]);
    });
    return files.take();
  }

 private:
  static std::string file_of(const Held& held) {
    held.require_attributes({kDomain, kThreshold, kSplit});
    const auto& attributes = held.example.attributes;
    const std::string file =
        cat(value_of(attributes, kDomain), ".", value_of(attributes, kThreshold), ".",
            value_of(attributes, kSplit));
    const auto parsed = parse_name(file);
    if (!parsed || parsed->domain != value_of(attributes, kDomain)) {
      throw held.cannot_hold(cat("the attributes of the file name '", file, "'"), kDomain,
                             "it needs a domain (books), a threshold (t2) and a split (train, "
                             "dev or test)");
    }
    return file;
  }

  static void write_line(const Held& held, std::string& bytes) {
    held.require_plain();
    held.require_metadata({});
    held.require_one_line(cat(held.example.text, "\t"), "", "text");
    const auto& label = held.example.label;
    if (label != "positive" && label != "negative") {
      throw held.cannot_hold(label ? cat("the label '", *label, "'") : "an example without a label",
                             "label", "its labels are positive and negative");
    }
    bytes += held.example.text;
    bytes += label == "positive" ? "\t1\n" : "\t-1\n";
  }
};

}  // namespace

std::unique_ptr<Format> make() {
  return std::make_unique<Arsc>();
}

}  // namespace inkling::arsc
