#include "inkling/formats/jsonl/jsonl.h"

#include "inkling/base/strings.h"
#include "inkling/formats/column_names.h"
#include "inkling/formats/holding.h"
#include "inkling/formats/jsonl/record.h"
#include "inkling/formats/lines.h"

namespace inkling::jsonl {
namespace {

bool is_reserved(const std::string& key) {
  for (const char* reserved : {"soft_targets", "weight", "tokens", "spans", "relations", "frames",
                               "token_columns", "targets", "attributes", "metadata"}) {
    if (key == reserved) return true;
  }
  return false;
}

/// The text, label and group must be told apart from each other and from the rest of the record.
void require_columns(const FormatOptions& options) {
  const std::string text = options.text_column.empty() ? "text" : options.text_column;
  const std::string label = options.label_column.empty() ? "label" : options.label_column;
  const std::string& group = options.group_column;
  for (const std::string& column : {text, label, group}) {
    if (is_reserved(column)) {
      throw Error(ErrorKind::usage, cat("the key '", column, "' has a meaning of its own"),
                  {.field = column}, "choose another name for the column");
    }
  }
  if (text == label || text == group || label == group) {
    throw Error(ErrorKind::usage,
                cat("two columns would be named '", text == label ? text : group, "'"),
                {.field = text == label ? text : group}, "choose other names for the columns");
  }
}

class Jsonl : public Format {
 public:
  std::string_view name() const override { return "jsonl"; }
  std::string_view summary() const override {
    return R"(one JSON object a line: {"text": "...", "label": "..."})";
  }

  int recognise(const std::filesystem::path& path, std::string_view head) const override {
    constexpr int kByName = 90;
    constexpr int kByContent = 60;
    if (path.extension() == ".jsonl" || path.extension() == ".ndjson") return kByName;
    const std::string_view line = trim(head.substr(0, head.find('\n')));
    return line.starts_with('{') && line.ends_with('}') ? kByContent : 0;
  }

  std::vector<Example> read(const Source& source, const FormatOptions& options) const override {
    LineScanner lines(source, options);
    JsonParser parser;
    SeenColumns seen;
    std::vector<std::string> first_keys;
    std::vector<Example> examples;
    while (lines.next()) {
      if (trim(lines.text()).empty()) continue;
      const Where where = lines.where();
      const auto record = parser.parse(lines.text(), where, "jsonl has one object a line");
      examples.push_back(read_record(record, options, where, seen));
      examples.back().origin = {lines.file(), lines.number()};
      if (examples.size() == 1) {
        for (const JsonMember& member : members_of(record, where)) first_keys.push_back(member.key);
      }
    }
    const Where where{.file = lines.file()};
    if (!examples.empty() && !options.label_column.empty() && !seen.label)
      throw unknown_column(options.label_column, first_keys, "label-column", where);
    if (!examples.empty() && !options.group_column.empty() && !seen.group)
      throw unknown_column(options.group_column, first_keys, "group-column", where);
    return examples;
  }

  std::vector<OutputFile> write(const Dataset& dataset,
                                const FormatOptions& options) const override {
    require_columns(options);
    std::string bytes;
    for_each_held(dataset, name(), [&](const Held& held) {
      held.require_sound();
      bytes += write_record(held.example, options);
      bytes += '\n';
    });
    return {{"", std::move(bytes)}};
  }
};

}  // namespace

std::unique_ptr<Format> make() {
  return std::make_unique<Jsonl>();
}

}  // namespace inkling::jsonl
