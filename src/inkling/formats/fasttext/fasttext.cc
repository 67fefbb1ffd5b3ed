#include "inkling/formats/fasttext/fasttext.h"

#include "inkling/base/strings.h"
#include "inkling/formats/holding.h"
#include "inkling/formats/lines.h"

namespace inkling::fasttext {
namespace {

constexpr std::string_view kPrefix = "__label__";
constexpr std::string_view kSpace = " \t\r\n\v\f";

Example example_of(std::string_view line, const Where& where) {
  Example example;
  if (line.starts_with(kPrefix)) {
    line.remove_prefix(kPrefix.size());
    const std::size_t end = line.find_first_of(kSpace);
    if (end == 0 || line.empty())
      throw Error(ErrorKind::data, "__label__ is not followed by a label", where);
    example.label = line.substr(0, end);
    line.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
    if (line.starts_with(kPrefix)) {
      throw Error(ErrorKind::data, "the text has a second label", where,
                  "an example has one label: leave one of them");
    }
  }
  example.text = line;
  return example;
}

class FastText : public Format {
 public:
  std::string_view name() const override { return "fasttext"; }
  std::string_view summary() const override { return "one example a line: __label__NAME TEXT"; }

  int recognise(const std::filesystem::path&, std::string_view head) const override {
    constexpr int kByContent = 95;
    return head.starts_with(kPrefix) ? kByContent : 0;
  }

  std::vector<Example> read(const Source& source, const FormatOptions& options) const override {
    LineScanner lines(source, options);
    std::vector<Example> examples;
    while (lines.next()) {
      if (lines.text().empty()) continue;
      examples.push_back(example_of(lines.text(), lines.where("label")));
      examples.back().origin = {lines.file(), lines.number()};
    }
    return examples;
  }

  std::vector<OutputFile> write(const Dataset& dataset, const FormatOptions&) const override {
    std::string bytes;
    for_each_held(dataset, name(), [&](const Held& held) { write_line(held, bytes); });
    return {{"", std::move(bytes)}};
  }

 private:
  static void write_line(const Held& held, std::string& bytes) {
    const Example& example = held.example;
    held.require_plain();
    held.require_attributes({});
    held.require_metadata({});
    held.require_one_line(example.text, "", "text");
    if (example.text.starts_with(kPrefix))
      throw held.cannot_hold("a text that begins with __label__", "text");
    if (example.label) {
      if (example.label->empty() || example.label->find_first_of(kSpace) != std::string::npos)
        throw held.cannot_hold(cat("the label '", *example.label, "': it is empty or has a space"),
                               "label");
      bytes += cat(kPrefix, *example.label, " ");
    } else if (example.text.empty()) {
      throw held.cannot_hold("an empty text without a label", "text");
    }
    bytes += example.text;
    bytes += '\n';
  }
};

}  // namespace

std::unique_ptr<Format> make() {
  return std::make_unique<FastText>();
}

}  // namespace inkling::fasttext
