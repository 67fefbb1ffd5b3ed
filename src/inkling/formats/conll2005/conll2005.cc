#include "inkling/formats/conll2005/conll2005.h"

#include <algorithm>

#include "inkling/base/interrupt.h"
#include "inkling/base/strings.h"
#include "inkling/formats/bracket_columns.h"
#include "inkling/formats/frame_columns.h"
#include "inkling/formats/holding.h"
#include "inkling/formats/tagged_columns.h"
#include "inkling/formats/token_text.h"

namespace inkling::conll2005 {
namespace {

constexpr const char* kToken = "token";
constexpr const char* kSense = "sense";
constexpr const char* kLemma = "lemma";
constexpr const char* kId = "sent_id";
constexpr const char* kGenre = "genre";
constexpr char kIdMark = '-';
/// Stands in a column that a sentence does not have.
constexpr const char* kAbsent = "_";

/// The columns before the brackets.
struct Layout {
  std::vector<std::string> names = {kToken, "pos", kLemma, kSense};
  std::size_t token = 0;
  std::size_t sense = 3;
};

Layout layout_of(const FormatOptions& options, const std::string& file) {
  Layout layout;
  if (!options.columns.empty()) layout.names = options.columns;
  const auto& names = layout.names;
  const auto place = [&](const char* name) {
    const auto found = std::find(names.begin(), names.end(), name);
    return static_cast<std::size_t>(found - names.begin());
  };
  layout.token = place(kToken);
  layout.sense = std::min(place(kSense), names.size());
  if (layout.sense == names.size()) layout.sense = place(kLemma);
  std::vector<std::string> sorted = names;
  std::sort(sorted.begin(), sorted.end());
  const bool twice = std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end();
  if (layout.token == names.size() || layout.sense == names.size() || twice) {
    throw Error(ErrorKind::usage, "the columns of conll2005 are not named as they must be",
                {.file = file, .field = "columns"},
                "each once, among them token and sense (or lemma, where there is no sense): "
                "--columns token,pos,lemma,sense");
  }
  return layout;
}

void require_width(const ColumnReader& reader, const Layout& layout,
                   const std::vector<std::string>& senses) {
  const auto frames = static_cast<std::size_t>(std::count_if(
      senses.begin(), senses.end(), [](const std::string& sense) { return sense != kNoValue; }));
  const std::size_t columns = reader.rows().front().cells.size() - layout.names.size();
  if (frames == columns) return;
  throw Error(ErrorKind::data,
              cat("the sentence has ", frames, " predicates and ", columns, " columns of brackets"),
              reader.where(layout.names[layout.sense]),
              "there is one for each predicate; --columns names the columns before them");
}

Example read_sentence(const ColumnReader& reader, const Layout& layout) {
  const std::size_t width = reader.rows().front().cells.size();
  for (const ColumnRow& row : reader.rows()) {
    if (row.cells.size() < layout.names.size()) {
      throw Error(ErrorKind::data,
                  cat("the line has ", row.cells.size(), " columns, not ", join(layout.names, ", "),
                      " and one for each predicate"),
                  reader.where(row.line, "columns"), "see --columns and --separator");
    }
    if (row.cells.size() == width) continue;
    throw Error(ErrorKind::data,
                cat("the line has ", row.cells.size(), " columns, the sentence's first ", width),
                reader.where(row.line, "columns"), "an empty line is missing, or a column");
  }
  Example example;
  const auto senses = column_cells(reader, layout.sense, layout.names[layout.sense]);
  require_width(reader, layout, senses);
  set_sentence(example, reader, column_cells(reader, layout.token, kToken));
  for (std::size_t column = 0; column < layout.names.size(); ++column) {
    if (column == layout.token || column == layout.sense) continue;
    auto cells = cells_at(reader, column);
    const bool absent = std::all_of(cells.begin(), cells.end(),
                                    [](const std::string& cell) { return cell == kAbsent; });
    if (!absent) example.token_columns[layout.names[column]] = std::move(cells);
  }
  example.frames = frames_of_columns(reader, senses, layout.names.size());
  if (const auto id = example.metadata.find(kId); id != example.metadata.end()) {
    if (const auto genre = genre_of(id->second, kIdMark); !genre.empty())
      example.attributes[kGenre] = genre;
  }
  return example;
}

std::vector<std::string> sense_cells(const Held& held) {
  std::vector<std::string> cells(held.example.tokens.size(), kNoValue);
  for (const Frame& frame : held.example.frames) {
    if (frame.sense.empty() || frame.sense == kNoValue)
      throw held.cannot_hold(cat("the sense '", frame.sense, "'"), "frames");
    cells[static_cast<std::size_t>(frame.predicate)] = frame.sense;
  }
  return cells;
}

std::string sentence_lines(const Held& held, const Layout& layout, const FormatOptions& options) {
  held.require_only({"tokens", "frames", "token_columns"});
  if (held.example.label) throw held.cannot_hold("a label", "label");
  held.require_words();
  require_genre(held, kId, kIdMark);
  const auto& given = held.example.token_columns;
  std::vector<std::vector<std::string>> columns;
  for (std::size_t i = 0; i < layout.names.size(); ++i) {
    const auto found = given.find(layout.names[i]);
    if (i == layout.token) {
      columns.push_back(token_texts(held.example));
    } else if (i == layout.sense) {
      columns.push_back(sense_cells(held));
    } else if (found == given.end()) {
      columns.emplace_back(held.example.tokens.size(), kAbsent);
    } else {
      const auto& cells = found->second;
      if (std::count(cells.begin(), cells.end(), kAbsent) == std::ssize(cells))
        throw held.cannot_hold("a column of '_' alone", layout.names[i]);
      columns.push_back(cells);
    }
  }
  for (const auto& [name, cells] : given) {
    const auto at = std::find(layout.names.begin(), layout.names.end(), name);
    const auto place = static_cast<std::size_t>(at - layout.names.begin());
    if (at == layout.names.end() || place == layout.token || place == layout.sense)
      throw held.cannot_hold(cat("the token column '", name, "'"), name,
                             "--columns names the columns before the brackets");
  }
  std::vector<std::string> names = layout.names;
  add_frame_columns(held, columns, names);
  return comment_lines(held, held.example.metadata, options) +
         row_lines(held, columns, names, options);
}

/// Whether a row has brackets behind a sense or lemma.
bool has_brackets(const std::vector<std::string_view>& row) {
  if (row.size() < 5) return false;
  const std::string_view cell = row.back();
  return cell.find('*') != std::string_view::npos &&
         (cell.starts_with('*') || cell.starts_with('(')) &&
         (cell.ends_with('*') || cell.ends_with(')'));
}

class Conll2005 : public Format {
 public:
  std::string_view name() const override { return "conll2005"; }
  std::string_view summary() const override {
    return "predicates and arguments: token, pos, lemma, sense, a column (A0* * *) a predicate";
  }

  int recognise(const std::filesystem::path&, std::string_view head) const override {
    constexpr int kByContent = 92;
    const auto rows = rows_of_head(head);
    const bool wide =
        std::all_of(rows.begin(), rows.end(), [](const auto& row) { return row.size() >= 4; });
    return wide && std::any_of(rows.begin(), rows.end(), has_brackets) ? kByContent : 0;
  }

  std::vector<Example> read(const Source& source, const FormatOptions& options) const override {
    const Layout layout = layout_of(options, source.path.string());
    ColumnReader reader(source, options);
    std::vector<Example> examples;
    while (reader.next()) {
      check_interrupt();
      examples.push_back(read_sentence(reader, layout));
    }
    return examples;
  }

  std::vector<OutputFile> write(const Dataset& dataset,
                                const FormatOptions& options) const override {
    const Layout layout = layout_of(options, "");
    std::string bytes;
    for_each_held(dataset, name(),
                  [&](const Held& held) { bytes += sentence_lines(held, layout, options); });
    return {{"", std::move(bytes)}};
  }
};

}  // namespace

std::unique_ptr<Format> make() {
  return std::make_unique<Conll2005>();
}

}  // namespace inkling::conll2005
