#include "inkling/formats/holding.h"

#include <algorithm>
#include <utility>

#include "inkling/base/strings.h"
#include "inkling/data/structure.h"
#include "inkling/formats/source.h"

namespace inkling {
namespace {

void require_names(const Held& held, const std::map<std::string, std::string>& values,
                   std::initializer_list<std::string_view> names, const std::string& kind) {
  for (const auto& [name, value] : values) {
    if (std::find(names.begin(), names.end(), name) == names.end())
      throw held.cannot_hold(
          cat(kind, " '", name, "'"), name,
          cat("jsonl holds everything; data convert --drop ", name, " leaves it out"));
  }
}

/// Calls check(text, field) for every text of an example.
template <class Check>
void each_text(const Example& example, Check check) {
  check(example.text, "text");
  if (example.label) check(*example.label, "label");
  for (const auto& [label, probability] : example.soft_targets) check(label, "soft_targets");
  for (const Span& span : example.spans) check(span.label, "spans");
  for (const Relation& relation : example.relations) {
    for (const std::string* text : {&relation.type, &relation.head.label, &relation.tail.label})
      check(*text, "relations");
  }
  for (const Frame& frame : example.frames) {
    check(frame.sense, "frames");
    for (const Span& argument : frame.arguments) check(argument.label, "frames");
  }
  for (const auto& [name, values] : example.token_columns) {
    check(name, "token_columns");
    for (const std::string& value : values) check(value, "token_columns");
  }
  for (const std::string& target : example.targets) check(target, "targets");
  for (const auto* values : {&example.attributes, &example.metadata}) {
    for (const auto& [name, value] : *values) {
      check(name, values == &example.metadata ? "metadata" : "attributes");
      check(value, name);
    }
  }
}

}  // namespace

Error Held::cannot_hold(const std::string& what, std::string field, std::string hint) const {
  if (hint.empty()) hint = "jsonl holds everything";
  return Error(ErrorKind::data, cat("example ", number, ": ", format, " cannot hold ", what),
               {example.origin.file, example.origin.line, std::move(field)}, std::move(hint));
}

void Held::require_plain() const {
  require_only({});
}

void Held::require_only(std::initializer_list<std::string_view> members) const {
  const auto refuse = [&](bool has, std::string_view member, const char* what) {
    if (has && std::find(members.begin(), members.end(), member) == members.end())
      throw cannot_hold(what, std::string(member));
  };
  refuse(!example.soft_targets.empty(), "soft_targets", "soft targets");
  refuse(example.weight != 1, "weight", "a weight");
  refuse(!example.tokens.empty(), "tokens", "tokens");
  refuse(!example.spans.empty(), "spans", "spans");
  refuse(!example.relations.empty(), "relations", "relations");
  refuse(!example.frames.empty(), "frames", "frames");
  refuse(!example.token_columns.empty(), "token_columns", "token columns");
  refuse(!example.targets.empty(), "targets", "target texts");
}

void Held::require_sound() const {
  if (const auto fault = fault_of(example))
    throw cannot_hold(cat("it: ", fault->message), fault->field, "correct the example");
}

void Held::require_words() const {
  require_ranges();
  if (example.tokens.empty()) throw cannot_hold("an example without tokens", "tokens");
}

void Held::require_ranges() const {
  require_sound();
  std::int64_t from = 0;
  for (const TextRange& token : example.tokens) {
    const bool whole = from <= token.begin && token.begin < token.end &&
                       between_characters(example.text, token.begin) &&
                       between_characters(example.text, token.end);
    if (!whole) {
      throw cannot_hold(cat("the token [", token.begin, ", ", token.end,
                            "]: it is empty, out of order or cuts a character"),
                        "tokens", "correct the example");
    }
    from = token.end;
  }
}

void Held::require_ordered(const std::vector<Span>& spans, std::string field) const {
  if (!std::is_sorted(spans.begin(), spans.end(), comes_before)) {
    throw cannot_hold("spans in this order", std::move(field),
                      "order them by where they begin, the longer first");
  }
}

void Held::require_attributes(std::initializer_list<std::string_view> names) const {
  require_names(*this, example.attributes, names, "the attribute");
}

void Held::require_metadata(std::initializer_list<std::string_view> names) const {
  require_names(*this, example.metadata, names, "the metadata");
}

void Held::require_one_line(std::string_view text, std::string_view marks,
                            std::string field) const {
  if (text.find('\n') != std::string_view::npos)
    throw cannot_hold("a line break in it", std::move(field));
  if (text.ends_with('\r')) throw cannot_hold("a carriage return at its end", std::move(field));
  if (const std::size_t mark = text.find_first_of(marks); mark != std::string_view::npos) {
    const char found = text[mark];
    throw cannot_hold(found == '\t' ? "a tab in it" : cat("'", found, "' in it"), std::move(field));
  }
}

void for_each_held(const Dataset& dataset, std::string_view format,
                   const std::function<void(const Held&)>& body) {
  std::int64_t number = 0;
  for (const Example& example : dataset.examples) body({example, ++number, format});
}

void require_holdable(const Dataset& dataset, std::string_view format) {
  if (dataset.examples.empty())
    throw Error(ErrorKind::data, "there are no examples to write", {.file = dataset.name});
  for_each_held(dataset, format, [](const Held& held) {
    each_text(held.example, [&](std::string_view text, const std::string& field) {
      if (is_text(text)) return;
      throw held.cannot_hold(text.find('\0') == std::string_view::npos ? "bytes that are not UTF-8"
                                                                       : "a NUL character",
                             field, "correct the text");
    });
  });
}

std::string& FileSet::operator[](const std::string& path) {
  return files_[path];
}

std::vector<OutputFile> FileSet::take() {
  std::vector<OutputFile> files;
  files.reserve(files_.size());
  for (auto& [path, bytes] : files_) files.push_back({path, std::move(bytes)});
  files_.clear();
  return files;
}

std::string file_by_attributes(const Dataset& dataset, const Held& held,
                               const std::function<std::string(const Held&)>& named) {
  if (!dataset.examples.front().attributes.empty()) return named(held);
  held.require_attributes({});
  return "";
}

std::string_view value_of(const std::map<std::string, std::string>& values,
                          const std::string& name) {
  const auto found = values.find(name);
  return found == values.end() ? std::string_view{} : std::string_view(found->second);
}

bool is_file_name(std::string_view name) {
  constexpr std::size_t kLongest = 200;
  return !name.empty() && name.size() <= kLongest && name.front() != '.' &&
         std::none_of(name.begin(), name.end(), [](char c) {
           return c == '/' || c == '\\' || static_cast<unsigned char>(c) < ' ';
         });
}

}  // namespace inkling
