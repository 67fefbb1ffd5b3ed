// What a file format is: recognise, read, write. One folder each beside this file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "inkling/config/fields.h"
#include "inkling/data/dataset.h"

namespace inkling {

/// How data is read. One set for all formats: a format ignores what does not concern it.
struct FormatOptions {
  std::string format = "auto";
  std::string quote = "auto";
  std::string header = "auto";
  std::string text_column;
  std::string label_column;
  std::string group_column;
  double min_rating = 0.5;
  std::vector<std::string> columns;
  std::string token_column;
  std::string tag_column;
  std::string separator = "auto";
  std::string tag_scheme = "auto";
  std::string broken_tags = "refuse";
  std::string tokens = "keep";
  std::int64_t max_record_bytes = 16 << 20;

  template <class Visitor>
  void fields(Visitor& field) {
    field("format", format, "file format; auto recognises it");
    field("quote", quote, "csv is quoted as RFC 4180 unless told, tsv is not",
          one_of({"auto", "rfc4180", "none"}));
    field("header", header, "whether a csv or tsv file's first row names the columns",
          one_of({"auto", "yes", "no"}));
    field("text-column", text_column, "column of the text, by name or number from 1");
    field("label-column", label_column, "column of the label, by name or number from 1");
    field("group-column", group_column,
          "column of the group (a domain, say), by name or number from 1");
    field("min-rating", min_rating, "vader: leave out texts rated nearer to 0 than this",
          between(0, 4));
    field("columns", columns,
          "conll, conll2005: the names of the columns in order (conll2005: of those before the "
          "brackets)");
    field("token-column", token_column,
          "conll: column of the tokens, by name or number from 1; unless told `token`, else the "
          "first");
    field("tag-column", tag_column,
          "conll: column of the tags, by name or number from 1; unless told `tag`, else the last");
    field("separator", separator,
          "what stands between columns of tokens; auto: tabs where there are any, else spaces",
          one_of({"auto", "tab", "space"}));
    field("tag-scheme", tag_scheme, "how tags stand for spans; auto tells it from the tags",
          one_of({"auto", "bio", "iobes", "io"}));
    field("broken-tags", broken_tags,
          "what becomes of a tag with no span to go on with, or a span without its end",
          one_of({"refuse", "repair"}));
    field("tokens", tokens,
          "brat, semeval2010: whether to write, without its tokens, an example whose tokens the "
          "file cannot hold",
          one_of({"keep", "drop"}));
    field("max-record-bytes", max_record_bytes, "refuse a longer line or record",
          between(1, 1 << 30));
  }
};

/// The bytes of one file to read: its path as the user named it, and the content, decompressed, as
/// UTF-8.
struct Source {
  std::filesystem::path path;
  std::string_view bytes;
};

/// A file to be written: its path below the target and its content.
struct OutputFile {
  std::filesystem::path path;
  std::string bytes;
};

class Format {
 public:
  virtual ~Format() = default;

  virtual std::string_view name() const = 0;
  /// One line for people: what the file looks like.
  virtual std::string_view summary() const = 0;

  /// How surely `path` with the first bytes `head` is of this format: 0 (is not) to 100. A folder
  /// has an empty head.
  virtual int recognise(const std::filesystem::path& path, std::string_view head) const = 0;

  /// True where the format is a folder (aclimdb): read_folder is called instead of read.
  virtual bool is_folder() const { return false; }

  /// All examples of a file, in order.
  /// @throws Error data with file, line and field
  virtual std::vector<Example> read(const Source& source, const FormatOptions& options) const = 0;
  virtual std::vector<Example> read_folder(const std::filesystem::path& folder,
                                           const FormatOptions& options) const;

  /// The files that hold `dataset`: read gives back equal examples. A single file has the path "".
  /// @throws Error data, naming the example and what the format cannot hold
  virtual std::vector<OutputFile> write(const Dataset& dataset,
                                        const FormatOptions& options) const = 0;
};

/// Every format found at build time, ordered by name.
const std::vector<std::unique_ptr<Format>>& all_formats();

/// @throws Error usage naming the nearest
const Format& format_named(std::string_view name);

/// Reads a file (a gzip too), folder, tar or zip; recognises the format unless told; refuses
/// invalid UTF-8 and NUL bytes with file and line; removes a byte-order mark. Standard input is
/// "-".
Dataset read_dataset(const std::filesystem::path& path, const FormatOptions& options);

/// Writes through a temporary name; a path that ends in .gz is compressed. Standard output is "-".
void write_dataset(const Dataset& dataset, const std::filesystem::path& path,
                   const FormatOptions& options);

}  // namespace inkling
