// inkling data convert: from any format to any that can hold it.
#include "commands.h"
#include "inkling/base/strings.h"
#include "inkling/data/leave_out.h"
#include "inkling/formats/named_data.h"

namespace inkling::cli {
namespace {

struct ConvertOptions {
  std::string from;
  std::string out;
  std::string to = "auto";
  std::vector<std::string> drop;
  template <class Visitor>
  void fields(Visitor& field) {
    field("from", from, "file, folder or NAME:SPLIT of the catalogue; - for standard input");
    field("out", out, "file or folder to write; - for standard output; .gz compresses");
    field("to", to, "format to write; auto goes by the name of --out");
    field("drop", drop,
          "what to leave out: names of metadata, attributes and token columns, label, spans, "
          "relations, frames");
  }
};

nlohmann::json run_convert(const Invocation& asked) {
  const auto& options = asked.options.as<ConvertOptions>();
  require(options.from, "FROM", "give a file, a folder or NAME:SPLIT");
  require(options.out, "OUT", "give the file or folder to write");
  const FormatOptions read = asked.config().format;
  Dataset dataset = read_named(options.from, read);
  leave_out(dataset, options.drop);
  FormatOptions write = read;
  write.format = options.to;
  write_dataset(dataset, options.out, write);
  if (options.out == "-") return nullptr;
  return {{"path", options.out}, {"size", dataset.examples.size()}};
}

void print_convert(const nlohmann::json& result, Output& out) {
  out << cat(result["size"].get<std::int64_t>(), " examples written to ",
             result["path"].get<std::string>(), "\n");
}

}  // namespace

Command data_convert() {
  return {.name = "data convert",
          .summary = "write data in another format",
          .sections = {"format"},
          .make_options = &PluginOptions::of<ConvertOptions>,
          .positionals = {"from", "out"},
          .run = &run_convert,
          .print = &print_convert};
}

}  // namespace inkling::cli
