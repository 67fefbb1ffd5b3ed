#include "inkling/formats/conll2012/conll2012.h"

#include <algorithm>
#include <array>

#include "inkling/base/interrupt.h"
#include "inkling/base/strings.h"
#include "inkling/formats/frame_columns.h"
#include "inkling/formats/holding.h"
#include "inkling/formats/token_text.h"

namespace inkling::conll2012 {
namespace {

/// The columns in order; the brackets of the predicates stand between names and coreference.
enum Column : std::size_t {
  kDocument,
  kPart,
  kNumber,
  kWord,
  kPos,
  kParse,
  kLemma,
  kSense,
  kWordSense,
  kSpeaker,
  kNames,
  kFirstFrame,
};
constexpr const char* kDocumentName = "document";
constexpr const char* kPartName = "part";
constexpr const char* kLemmaName = "lemma";
constexpr const char* kCoreference = "coref";
constexpr const char* kGenre = "genre";
constexpr char kIdMark = '/';

/// Columns that are token columns where a sentence has a value in them.
constexpr std::array<std::pair<const char*, Column>, 5> kTokenColumns = {
    {{"pos", kPos},
     {"parse", kParse},
     {kLemmaName, kLemma},
     {"word_sense", kWordSense},
     {"speaker", kSpeaker}}};

bool is_absent(const std::vector<std::string>& cells) {
  return std::all_of(cells.begin(), cells.end(),
                     [](const std::string& cell) { return cell == kNoValue; });
}

/// The one value of a column, as metadata.
void read_id(Example& example, const ColumnReader& reader, Column column, const char* name) {
  const auto cells = column_cells(reader, column, name);
  for (std::size_t row = 0; row < cells.size(); ++row) {
    if (cells[row] == cells.front()) continue;
    throw Error(ErrorKind::data, cat("'", cells[row], "' in a sentence of '", cells.front(), "'"),
                reader.where(reader.rows()[row].line, name), "an empty line ends a sentence");
  }
  if (cells.front() == kNoValue) return;
  if (!example.metadata.emplace(name, cells.front()).second)
    throw Error(ErrorKind::data, cat("a comment is named '", name, "' too"), reader.where(name));
}

std::size_t width_of(const ColumnReader& reader) {
  const std::size_t width = reader.rows().front().cells.size();
  for (const ColumnRow& row : reader.rows()) {
    if (row.cells.size() == width && width > kFirstFrame) continue;
    throw Error(ErrorKind::data,
                width > kFirstFrame ? cat("the line has ", row.cells.size(),
                                          " columns, the sentence's first ", width)
                                    : cat("the line has ", width, " columns, not ", kFirstFrame + 1,
                                          " and one for each predicate"),
                reader.where(row.line, "columns"), "an empty line is missing, or a column");
  }
  return width;
}

Example read_sentence(const ColumnReader& reader) {
  const std::size_t width = width_of(reader);
  Example example;
  set_sentence(example, reader, column_cells(reader, kWord, "token"));
  read_id(example, reader, kDocument, kDocumentName);
  read_id(example, reader, kPart, kPartName);
  const auto add_column = [&](const char* name, std::size_t column) {
    auto cells = cells_at(reader, column);
    if (!is_absent(cells)) example.token_columns[name] = std::move(cells);
  };
  for (const auto& [name, column] : kTokenColumns) add_column(name, column);
  add_column(kCoreference, width - 1);
  example.spans = spans_of_column(reader, kNames, "names");

  auto senses = column_cells(reader, kSense, "sense");
  const auto frames = static_cast<std::size_t>(std::count_if(
      senses.begin(), senses.end(), [](const std::string& sense) { return sense != kNoValue; }));
  const std::size_t columns = width - kFirstFrame - 1;
  if (frames != columns) {
    throw Error(
        ErrorKind::data,
        cat("the sentence has ", frames, " predicates and ", columns, " columns of brackets"),
        reader.where("sense"), "there is one for each predicate");
  }
  example.frames = frames_of_columns(reader, senses, kFirstFrame);
  if (const auto lemmas = example.token_columns.find(kLemmaName);
      lemmas != example.token_columns.end()) {
    for (Frame& frame : example.frames)
      frame.sense =
          cat(lemmas->second[static_cast<std::size_t>(frame.predicate)], ".", frame.sense);
  }
  if (const auto id = example.metadata.find(kDocumentName); id != example.metadata.end()) {
    if (const auto genre = genre_of(id->second, kIdMark); !genre.empty())
      example.attributes[kGenre] = genre;
  }
  return example;
}

/// The number of a sense, behind its lemma where there are lemmas.
std::string sense_number(const Held& held, const Frame& frame) {
  std::string number = frame.sense;
  const auto& columns = held.example.token_columns;
  if (const auto lemmas = columns.find(kLemmaName); lemmas != columns.end()) {
    const std::string start = cat(lemmas->second[static_cast<std::size_t>(frame.predicate)], ".");
    if (!number.starts_with(start)) {
      throw held.cannot_hold(cat("the sense '", number, "'"), "frames",
                             cat("a sense begins with the lemma of its token: ", start));
    }
    number = number.substr(start.size());
  }
  if (number.empty() || number == kNoValue)
    throw held.cannot_hold(cat("the sense '", frame.sense, "'"), "frames");
  return number;
}

/// What stands in a column of one value.
std::string id_cell(const Held& held, const char* name) {
  const auto found = held.example.metadata.find(name);
  if (found == held.example.metadata.end()) return kNoValue;
  if (found->second.empty() || found->second == kNoValue)
    throw held.cannot_hold(cat("the ", name, " '", found->second, "'"), name);
  return found->second;
}

std::vector<std::string> token_column(const Held& held, const char* name) {
  const auto& columns = held.example.token_columns;
  const auto found = columns.find(name);
  if (found == columns.end()) return std::vector<std::string>(held.example.tokens.size(), kNoValue);
  if (is_absent(found->second)) throw held.cannot_hold("a column of '-' alone", name);
  return found->second;
}

std::string sentence_lines(const Held& held, const FormatOptions& options) {
  held.require_only({"tokens", "spans", "frames", "token_columns"});
  if (held.example.label) throw held.cannot_hold("a label", "label");
  held.require_words();
  require_genre(held, kDocumentName, kIdMark);
  for (const auto& [name, values] : held.example.token_columns) {
    const bool known = name == kCoreference ||
                       std::any_of(kTokenColumns.begin(), kTokenColumns.end(),
                                   [&](const auto& column) { return column.first == name; });
    if (!known) throw held.cannot_hold(cat("the token column '", name, "'"), name);
  }
  const std::size_t tokens = held.example.tokens.size();
  std::vector<std::vector<std::string>> columns(kFirstFrame);
  std::vector<std::string> names = {kDocumentName, kPartName, "number",   "token",
                                    "pos",         "parse",   kLemmaName, "frames",
                                    "word_sense",  "speaker", "spans"};
  columns[kDocument].assign(tokens, id_cell(held, kDocumentName));
  columns[kPart].assign(tokens, id_cell(held, kPartName));
  for (std::size_t i = 0; i < tokens; ++i) columns[kNumber].push_back(std::to_string(i));
  columns[kWord] = token_texts(held.example);
  for (const auto& [name, column] : kTokenColumns) columns[column] = token_column(held, name);
  columns[kSense].assign(tokens, kNoValue);
  for (const Frame& frame : held.example.frames)
    columns[kSense][static_cast<std::size_t>(frame.predicate)] = sense_number(held, frame);
  columns[kNames] = column_of_spans(held, held.example.spans, "spans");
  add_frame_columns(held, columns, names);
  columns.push_back(token_column(held, kCoreference));
  names.emplace_back(kCoreference);

  auto metadata = held.example.metadata;
  metadata.erase(kDocumentName);
  metadata.erase(kPartName);
  return comment_lines(held, metadata, options) + row_lines(held, columns, names, options);
}

/// "#begin document (bc/cctv/00/cctv_0000); part 000"
std::string begin_line(const std::string& document, const std::string& part) {
  constexpr std::size_t kDigits = 3;
  const std::string zeros(part.size() < kDigits ? kDigits - part.size() : 0, '0');
  return cat("#begin document (", document, "); part ", zeros, part, "\n");
}

class Conll2012 : public Format {
 public:
  std::string_view name() const override { return "conll2012"; }
  std::string_view summary() const override {
    return "OntoNotes in CoNLL-2012's columns: words, names, predicates and arguments";
  }

  int recognise(const std::filesystem::path& path, std::string_view head) const override {
    constexpr int kSure = 99;
    constexpr int kByName = 65;
    if (head.starts_with("#begin document")) return kSure;
    return head.empty() && path.extension().string().ends_with("_conll") ? kByName : 0;
  }

  std::vector<Example> read(const Source& source, const FormatOptions& options) const override {
    ColumnReader reader(source, options);
    std::vector<Example> examples;
    while (reader.next()) {
      check_interrupt();
      examples.push_back(read_sentence(reader));
    }
    return examples;
  }

  std::vector<OutputFile> write(const Dataset& dataset,
                                const FormatOptions& options) const override {
    std::string bytes;
    std::string before;
    for_each_held(dataset, name(), [&](const Held& held) {
      const std::string begin = begin_line(id_cell(held, kDocumentName), id_cell(held, kPartName));
      const std::string lines = sentence_lines(held, options);
      if (begin != before) bytes += cat(before.empty() ? "" : "#end document\n", begin);
      before = begin;
      bytes += lines;
    });
    return {{"", bytes + "#end document\n"}};
  }
};

}  // namespace

std::unique_ptr<Format> make() {
  return std::make_unique<Conll2012>();
}

}  // namespace inkling::conll2012
