#include "inkling/formats/semeval2010/semeval2010.h"

#include <algorithm>
#include <array>

#include "inkling/base/interrupt.h"
#include "inkling/base/strings.h"
#include "inkling/formats/holding.h"
#include "inkling/formats/lines.h"
#include "inkling/formats/token_text.h"

namespace inkling::semeval2010 {
namespace {

constexpr const char* kId = "id";
constexpr const char* kComment = "comment";
constexpr std::string_view kCommentMark = "Comment:";
/// The marks of the text, in the order head begins, head ends, tail begins, tail ends.
constexpr std::array<std::string_view, 4> kMarks = {"<e1>", "</e1>", "<e2>", "</e2>"};
constexpr const char* kHead = "e1";
constexpr const char* kTail = "e2";

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// "ID<TAB>"TEXT"", the first line of an example.
bool is_sentence(std::string_view line) {
  const std::size_t tab = line.find('\t');
  return tab != std::string_view::npos && is_number(line.substr(0, tab)) &&
         line.substr(tab + 1).starts_with('"');
}

bool is_relation(std::string_view line) {
  if (line == "Other") return true;
  const std::size_t open = line.find('(');
  if (open == 0 || open == std::string_view::npos) return false;
  const std::string_view direction = line.substr(open);
  return (direction == "(e1,e2)" || direction == "(e2,e1)") &&
         line.find_first_of(" \t") == std::string_view::npos;
}

/// The text without its marks, with the tokens and the two nominals.
void read_text(Example& example, std::string_view marked, const Where& where) {
  std::array<std::size_t, 4> at{};
  for (std::size_t i = 0; i < kMarks.size(); ++i) {
    at[i] = marked.find(kMarks[i]);
    if (at[i] == std::string_view::npos || marked.find(kMarks[i], at[i] + 1) != marked.npos) {
      throw Error(
          ErrorKind::data,
          cat(kMarks[i], at[i] == std::string_view::npos ? " is missing" : " is there twice"),
          where, "a sentence marks two nominals: <e1>...</e1> and <e2>...</e2>");
    }
  }
  const bool apart = at[0] < at[1] && at[2] < at[3] && (at[1] < at[2] || at[3] < at[0]);
  if (!apart) {
    throw Error(ErrorKind::data,
                "the marks of e1 and e2 lie in each other or end before they begin", where,
                "mark the two nominals one after the other");
  }
  std::array<std::int64_t, 4> places{};
  std::array<std::size_t, 4> order = {0, 1, 2, 3};
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return at[a] < at[b]; });
  std::size_t from = 0;
  for (const std::size_t mark : order) {
    example.text += marked.substr(from, at[mark] - from);
    places[mark] = static_cast<std::int64_t>(example.text.size());
    from = at[mark] + kMarks[mark].size();
  }
  example.text += marked.substr(from);
  example.tokens = tokenise(example.text, {places.begin(), places.end()});
  Where place = where;
  place.field = kHead;
  Relation& relation = example.relations.emplace_back();
  relation.head = span_in(example.tokens, {places[0], places[1]}, kHead, place);
  place.field = kTail;
  relation.tail = span_in(example.tokens, {places[2], places[3]}, kTail, place);
}

Example read_sentence(std::string_view line, const Where& where) {
  if (!is_sentence(line)) {
    throw Error(ErrorKind::data, "the line is none of an example", where,
                "an example is ID<TAB>\"TEXT\", its relation, and a line Comment:");
  }
  const std::size_t tab = line.find('\t');
  std::string_view text = trim(line.substr(tab + 1));
  if (text.size() < 2 || !text.ends_with('"'))
    throw Error(ErrorKind::data, "the sentence has no quote at its end", where, "close the quote");
  Example example;
  example.metadata[kId] = line.substr(0, tab);
  read_text(example, text.substr(1, text.size() - 2), where);
  example.origin = {where.file, where.line};
  return example;
}

std::string marked_text(const Held& held, const Relation& relation) {
  const Example& example = held.example;
  std::vector<std::int64_t> borders;
  add_borders(example, relation.head, borders);
  add_borders(example, relation.tail, borders);
  std::string text;
  std::int64_t from = 0;
  const bool head_first = borders[0] <= borders[2];
  for (const std::size_t mark : head_first ? std::array<std::size_t, 4>{0, 1, 2, 3}
                                           : std::array<std::size_t, 4>{2, 3, 0, 1}) {
    if (borders[mark] < from) throw held.cannot_hold("a head and a tail that overlap", "relations");
    text += example.text.substr(static_cast<std::size_t>(from),
                                static_cast<std::size_t>(borders[mark] - from));
    text += kMarks[mark];
    from = borders[mark];
  }
  return text + example.text.substr(static_cast<std::size_t>(from));
}

void write_example(const Held& held, const FormatOptions& options, std::string& bytes) {
  const Example& example = held.example;
  held.require_only({"tokens", "relations"});
  held.require_attributes({});
  held.require_metadata({kId, kComment});
  held.require_ranges();
  if (example.relations.size() != 1)
    throw held.cannot_hold(cat(example.relations.size(), " relations"), "relations", "it is one");
  const Relation& relation = example.relations.front();
  if (relation.head.label != kHead || relation.tail.label != kTail)
    throw held.cannot_hold("a head and a tail that are not labelled e1 and e2", "relations");
  if (example.label) throw held.cannot_hold("a label", "label", "the relation's type is one");
  if (!relation.type.empty() && !is_relation(relation.type)) {
    throw held.cannot_hold(cat("the relation '", relation.type, "'"), "relations",
                           "it is Other, NAME(e1,e2) or NAME(e2,e1)");
  }
  held.require_one_line(relation.type, "\t", "relations");
  held.require_one_line(example.text, "", "text");
  const std::string_view id = value_of(example.metadata, kId);
  if (!is_number(id)) throw held.cannot_hold("an example without a number as id", kId);
  const std::string text = marked_text(held, relation);
  // What is read again must be the same; its tokens where that is not given up.
  Example again;
  try {
    read_text(again, text, {});
  } catch (const Error& error) {
    throw held.cannot_hold(cat("the text: ", error.message()), "text");
  }
  if (again.text != example.text) throw held.cannot_hold("a text with marks in it", "text");
  if (options.tokens == "keep" &&
      (again.tokens != example.tokens || again.relations.front().head != relation.head ||
       again.relations.front().tail != relation.tail)) {
    throw held.cannot_hold("tokens of its own", "tokens", "--tokens drop writes the text alone");
  }
  bytes += cat(id, "\t\"", text, "\"\n");
  if (!relation.type.empty()) bytes += cat(relation.type, "\n");
  if (const auto comment = example.metadata.find(kComment); comment != example.metadata.end()) {
    held.require_one_line(comment->second, "", kComment);
    bytes += cat(kCommentMark, " ", comment->second, "\n");
  }
  bytes += "\n";
}

class SemEval2010 : public Format {
 public:
  std::string_view name() const override { return "semeval2010"; }
  std::string_view summary() const override {
    return "SemEval-2010 task 8: ID<TAB>\"a <e1>b</e1> <e2>c</e2>\", relation, Comment:";
  }

  int recognise(const std::filesystem::path&, std::string_view head) const override {
    constexpr int kSure = 96;
    const std::string_view line = head.substr(0, head.find('\n'));
    return is_sentence(line) && line.find(kMarks[0]) != std::string_view::npos ? kSure : 0;
  }

  std::vector<Example> read(const Source& source, const FormatOptions& options) const override {
    LineScanner lines(source, options);
    std::vector<Example> examples;
    bool open = false;
    while (lines.next()) {
      check_interrupt();
      const std::string_view line = lines.text();
      if (trim(line).empty()) {
        open = false;
      } else if (open && line.starts_with(kCommentMark)) {
        read_comment(examples.back(), line, lines.where(kComment));
      } else if (open && is_relation(trim(line))) {
        read_relation(examples.back(), trim(line), lines.where("relation"));
      } else {
        examples.push_back(read_sentence(line, lines.where("text")));
        open = true;
      }
    }
    return examples;
  }

  std::vector<OutputFile> write(const Dataset& dataset,
                                const FormatOptions& options) const override {
    std::string bytes;
    for_each_held(dataset, name(), [&](const Held& held) { write_example(held, options, bytes); });
    return {{"", std::move(bytes)}};
  }

 private:
  static void read_relation(Example& example, std::string_view type, const Where& where) {
    Relation& relation = example.relations.front();
    if (!relation.type.empty()) {
      throw Error(ErrorKind::data, "the sentence has a second relation", where,
                  "an empty line stands between examples");
    }
    relation.type = type;
  }

  static void read_comment(Example& example, std::string_view line, const Where& where) {
    line.remove_prefix(kCommentMark.size());
    if (line.starts_with(' ')) line.remove_prefix(1);
    if (!example.metadata.emplace(kComment, line).second)
      throw Error(ErrorKind::data, "the sentence has a second comment", where);
  }
};

}  // namespace

std::unique_ptr<Format> make() {
  return std::make_unique<SemEval2010>();
}

}  // namespace inkling::semeval2010
