#include "inkling/formats/clinc/clinc.h"

#include <algorithm>
#include <map>

#include "inkling/base/strings.h"
#include "inkling/formats/holding.h"
#include "inkling/formats/json.h"
#include "inkling/formats/lines.h"

namespace inkling::clinc {
namespace {

constexpr const char* kSplit = "split";

/// The text after `mark` and the space around it; empty where `text` does not begin so.
std::string_view after(std::string_view text, char mark) {
  text = trim(text);
  return text.starts_with(mark) ? trim(text.substr(1)) : std::string_view{};
}

class Clinc : public Format {
 public:
  std::string_view name() const override { return "clinc"; }
  std::string_view summary() const override {
    return R"(a JSON object of splits: {"train": [["text", "intent"], ...], ...})";
  }

  int recognise(const std::filesystem::path&, std::string_view head) const override {
    constexpr int kByContent = 90;
    std::string_view key = after(after(head, '{'), '"');
    key = key.substr(std::min(key.find('"'), key.size()));
    const std::string_view list = after(after(key, '"'), ':');
    return after(list, '[').starts_with('[') ? kByContent : 0;
  }

  std::vector<Example> read(const Source& source, const FormatOptions& options) const override {
    const std::string file = source.path.string();
    const Where start{.file = file, .line = 1};
    JsonParser parser;
    const auto document = parser.parse(source.bytes, start, "clinc is one JSON object of lists");
    const auto lines = lines_at_depth(source.bytes, 2);
    std::vector<Example> examples;
    for (const JsonMember& split : members_of(document, start)) {
      for (const auto pair : array_of(split.value, {file, 1, split.key})) {
        const std::size_t index = examples.size();
        // Pairs before this one were lists, so that the lines match them one by one.
        const Where where{file, index < lines.size() ? lines[index] : 1, split.key};
        const simdjson::dom::array both = array_of(pair, where);
        if (both.size() != 2)
          throw Error(ErrorKind::data, cat("has ", both.size(), " values, not [text, intent]"),
                      where);
        Example& example = examples.emplace_back();
        example.text = text_of(both.at(0), where);
        example.label = label_of(both.at(1), where);
        example.attributes = {{kSplit, split.key}};
        example.origin = {file, where.line};
        if (example.text.size() > static_cast<std::size_t>(options.max_record_bytes))
          throw too_long(options.max_record_bytes, where);
      }
    }
    return examples;
  }

  std::vector<OutputFile> write(const Dataset& dataset, const FormatOptions&) const override {
    std::vector<std::string> order;
    std::map<std::string, std::string> lists;
    for_each_held(dataset, name(), [&](const Held& held) {
      const Example& example = held.example;
      held.require_plain();
      held.require_attributes({kSplit});
      held.require_metadata({});
      if (!example.label) throw held.cannot_hold("an example without a label", "label");
      const auto split = example.attributes.find(kSplit);
      if (split == example.attributes.end()) {
        throw held.cannot_hold("an example without a split", kSplit,
                               "it needs the attribute 'split' (train, val, test, ...)");
      }
      std::string& list = lists[split->second];
      if (list.empty()) order.push_back(split->second);
      list += list.empty() ? "\n  " : ",\n  ";
      list += cat("[", json_string(example.text), ", ", json_string(*example.label), "]");
    });
    std::string bytes = "{";
    for (std::size_t i = 0; i < order.size(); ++i) {
      bytes += cat(i > 0 ? "," : "", "\n", json_string(order[i]), ": [");
      bytes += lists[order[i]];
      bytes += ']';
    }
    bytes += "\n}\n";
    return {{"", std::move(bytes)}};
  }
};

}  // namespace

std::unique_ptr<Format> make() {
  return std::make_unique<Clinc>();
}

}  // namespace inkling::clinc
