#include "inkling/formats/leopard/leopard.h"

#include <map>
#include <optional>

#include "inkling/base/strings.h"
#include "inkling/formats/holding.h"
#include "inkling/formats/json.h"
#include "inkling/formats/lines.h"
#include "inkling/formats/source.h"

namespace inkling::leopard {
namespace {

constexpr std::string_view kEnding = ".json";
constexpr const char* kText = "sentence1";

using Attributes = std::map<std::string, std::string>;

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Cuts "_PART" off the end of `name`.
std::string cut_part(std::string_view& name) {
  const std::size_t at = name.rfind('_');
  if (at == std::string_view::npos) return {};
  std::string part(name.substr(at + 1));
  name = name.substr(0, at);
  return part;
}

/// What a file's name says: TASK_train_SAMPLE_SHOTS.json or TASK_eval.json.
std::optional<Attributes> parse_name(std::string_view name) {
  if (!name.ends_with(kEnding)) return std::nullopt;
  name.remove_suffix(kEnding.size());
  Attributes attributes;
  const std::string last = cut_part(name);
  if (last == "eval") {
    attributes = {{"split", last}};
  } else {
    const std::string sample = cut_part(name);
    if (cut_part(name) != "train" || !is_number(sample) || !is_number(last)) return std::nullopt;
    attributes = {{"split", "train"}, {"sample", sample}, {"shots", last}};
  }
  if (!is_file_name(name)) return std::nullopt;
  attributes["task"] = name;
  return attributes;
}

std::string name_of(const Attributes& attributes) {
  const auto part = [&](const char* name) { return value_of(attributes, name); };
  if (part("split") == "eval") return cat(part("task"), "_eval", kEnding);
  return cat(part("task"), "_train_", part("sample"), "_", part("shots"), kEnding);
}

Example example_of(simdjson::dom::element record, const Where& where) {
  Example example;
  bool has_text = false;
  for (const JsonMember& member : members_of(record, where)) {
    Where place = where;
    place.field = member.key;
    if (member.key == kText) {
      example.text = text_of(member.value, place);
      has_text = true;
    } else if (member.key == "label") {
      example.label = label_of(member.value, place);
    } else {
      example.metadata.emplace(member.key, any_text_of(member.value, place));
    }
  }
  if (!has_text) throw Error(ErrorKind::data, "the record has no sentence1", where);
  if (!example.label) throw Error(ErrorKind::data, "the record has no label", where);
  return example;
}

bool is_named(const std::string& name) {
  return parse_name(name).has_value();
}

class Leopard : public Format {
 public:
  std::string_view name() const override { return "leopard"; }
  std::string_view summary() const override {
    return R"(a JSON list of {"sentence1", "label"}, in files TASK_train_SAMPLE_SHOTS.json, TASK_eval.json)";
  }

  int recognise(const std::filesystem::path& path, std::string_view head) const override {
    constexpr int kSure = 95;
    constexpr int kByName = 80;
    const std::string_view list = trim(head.substr(0, head.find("\"sentence1\"")));
    if (list.starts_with('[') && list.size() < head.size() && trim(list.substr(1)) == "{")
      return kSure;
    if (!head.empty() && !list.starts_with('[')) return 0;
    if (is_named(plain_name(path))) return kByName;
    return head.empty() && holds_file(path, is_named) ? kByName : 0;
  }

  std::vector<Example> read(const Source& source, const FormatOptions& options) const override {
    const auto attributes = parse_name(plain_name(source.path));
    const std::string file = source.path.string();
    const Where start{.file = file, .line = 1};
    JsonParser parser;
    const auto list =
        array_of(parser.parse(source.bytes, start, "leopard is one JSON list of objects"), start);
    const auto lines = lines_at_depth(source.bytes, 1);
    std::vector<Example> examples;
    for (const auto record : list) {
      const std::size_t index = examples.size();
      // Records before this one were objects, so that the lines match them one by one.
      const Where where{.file = file, .line = index < lines.size() ? lines[index] : 1};
      Example& example = examples.emplace_back(example_of(record, where));
      if (example.text.size() > static_cast<std::size_t>(options.max_record_bytes))
        throw too_long(options.max_record_bytes, where);
      example.origin = {file, where.line};
      if (attributes) example.attributes = *attributes;
    }
    return examples;
  }

  std::vector<OutputFile> write(const Dataset& dataset, const FormatOptions&) const override {
    FileSet files;
    for_each_held(dataset, name(), [&](const Held& held) {
      std::string& bytes = files[file_by_attributes(dataset, held, &named_file)];
      bytes += bytes.empty() ? "[" : ",\n";
      write_record(held, bytes);
    });
    auto all = files.take();
    for (OutputFile& file : all) file.bytes += "]\n";
    return all;
  }

 private:
  static std::string named_file(const Held& held) {
    held.require_attributes({"task", "split", "sample", "shots"});
    const std::string file = leopard::name_of(held.example.attributes);
    if (parse_name(file) != held.example.attributes) {
      throw held.cannot_hold(cat("the attributes of the file name '", file, "'"), "task",
                             "it needs a task and split=eval, or split=train, sample and shots");
    }
    return file;
  }

  static void write_record(const Held& held, std::string& bytes) {
    const Example& example = held.example;
    held.require_plain();
    if (!example.label) throw held.cannot_hold("an example without a label", "label");
    bytes += cat("{\"", kText, "\": ", json_string(example.text));
    bytes += cat(", \"label\": ", json_string(*example.label));
    for (const auto& [key, value] : example.metadata) {
      if (key == kText || key == "label")
        throw held.cannot_hold(cat("metadata named '", key, "'"), key);
      bytes += cat(", ", json_string(key), ": ", json_string(value));
    }
    bytes += '}';
  }
};

}  // namespace

std::unique_ptr<Format> make() {
  return std::make_unique<Leopard>();
}

}  // namespace inkling::leopard
