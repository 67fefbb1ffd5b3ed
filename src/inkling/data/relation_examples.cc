#include "inkling/data/relation_examples.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "inkling/base/error.h"
#include "inkling/base/progress.h"
#include "inkling/base/strings.h"
#include "inkling/text/pair_text.h"

namespace inkling {
namespace {

/// Where a cut example's metadata have its sentence.
constexpr const char* kWhole = "sentence";

/// A sentence's words, and where each token begins among them.
struct Sentence {
  std::vector<std::string> words;
  std::vector<std::int64_t> starts;  ///< of each token, and the number of words
};

/// What is no mark: a word of the file that looks like one.
std::string unmarked(std::string_view word) {
  std::string made(word);
  if (is_pair_mark(word)) made.replace(0, 1, "\xe2\x80\xb9");
  return made;
}

Sentence sentence_of(const Example& example) {
  Sentence sentence;
  for (const TextRange& token : example.tokens) {
    sentence.starts.push_back(std::ssize(sentence.words));
    const std::string_view whole = std::string_view(example.text)
                                       .substr(static_cast<std::size_t>(token.begin),
                                               static_cast<std::size_t>(token.end - token.begin));
    std::size_t at = 0;
    for (auto word = next_spaced(whole, at); !word.empty(); word = next_spaced(whole, at)) {
      sentence.words.push_back(unmarked(word));
    }
  }
  sentence.starts.push_back(std::ssize(sentence.words));
  return sentence;
}

Where where_of(const Example& example, const char* field) {
  return {example.origin.file, example.origin.line, field};
}

/// The words that a mention's tokens are.
TextRange words_of(const Span& span, const Sentence& sentence, const Example& example,
                   const char* field) {
  const auto tokens = std::ssize(sentence.starts) - 1;
  if (span.begin < 0 || span.end <= span.begin || span.end > tokens) {
    throw Error(ErrorKind::data,
                cat("the ", field, " is tokens ", span.begin, " to ", span.end,
                    " of a sentence of ", tokens),
                where_of(example, field),
                "give it tokens of the sentence, the first of which is 0");
  }
  const TextRange words = {sentence.starts[static_cast<std::size_t>(span.begin)],
                           sentence.starts[static_cast<std::size_t>(span.end)]};
  if (words.begin == words.end) {
    throw Error(ErrorKind::data, cat("the ", field, " is white space alone"),
                where_of(example, field), "give it a token with a word");
  }
  return words;
}

/// The words of a sentence that are kept.
struct Cut {
  std::int64_t first_begin, first_end;
  std::int64_t second_begin, second_end;

  /// Where a place among all words is among those.
  std::int64_t place(std::int64_t at) const {
    if (at >= second_begin) {
      return first_end - first_begin + std::min(at, second_end) - second_begin;
    }
    return std::clamp(at, first_begin, first_end) - first_begin;
  }
};

/// The words that are kept of a sentence of `words`, `longest` of them.
Cut cut_around(const TextRange& a, const TextRange& b, std::int64_t words, std::int64_t longest) {
  const std::int64_t begin = std::min(a.begin, b.begin);
  const std::int64_t end = std::max(a.end, b.end);
  if (end - begin <= longest) {
    const std::int64_t from =
        std::clamp<std::int64_t>(begin - (longest - (end - begin)) / 2, 0, words - longest);
    return {from, from + longest, words, words};
  }
  const std::int64_t half = longest / 2;
  return {begin, begin + half, end - (longest - half), end};
}

/// An example of one relation. @return whether its sentence was cut
bool add_relation(const Example& from, Sentence sentence, const Relation& relation,
                  std::int64_t longest, Dataset& made) {
  TextRange head = words_of(relation.head, sentence, from, "head");
  TextRange tail = words_of(relation.tail, sentence, from, "tail");
  std::vector<std::string>& words = sentence.words;
  const bool cuts = std::ssize(words) > longest;
  std::string whole = cuts ? join(words, " ") : "";
  if (cuts) {
    const Cut cut = cut_around(head, tail, std::ssize(words), longest);
    std::vector<std::string> kept(words.begin() + cut.first_begin, words.begin() + cut.first_end);
    kept.insert(kept.end(), words.begin() + cut.second_begin, words.begin() + cut.second_end);
    words = std::move(kept);
    for (TextRange* mention : {&head, &tail}) {
      mention->begin = std::min(cut.place(mention->begin), std::ssize(words) - 1);
      mention->end = std::max(cut.place(mention->end), mention->begin + 1);
    }
  }
  Example& example = made.examples.emplace_back();
  for (const std::string& word : words) {
    if (!example.tokens.empty()) example.text += ' ';
    const auto begin = std::ssize(example.text);
    example.text += word;
    example.tokens.push_back({begin, std::ssize(example.text)});
  }
  if (!relation.type.empty()) example.label = relation.type;
  example.relations = {{{head.begin, head.end, relation.head.label},
                        {tail.begin, tail.end, relation.tail.label},
                        relation.type}};
  example.weight = from.weight;
  example.attributes = from.attributes;
  example.metadata = from.metadata;
  if (cuts) example.metadata[kWhole] = std::move(whole);
  example.origin = from.origin;
  return cuts;
}

/// An example whose text marks its head and tail, as one that has them.
Example from_marks(const Example& marked) {
  Example example = marked;
  const PairMarks marks = pair_marks(marked.text, where_of(marked, "text"));
  example.text = without_pair_marks(marked.text);
  example.tokens.clear();
  std::size_t at = 0;
  for (auto word = next_spaced(example.text, at); !word.empty();
       word = next_spaced(example.text, at)) {
    const auto end = static_cast<std::int64_t>(at);
    example.tokens.push_back({end - std::ssize(word), end});
  }
  example.relations = {{{marks.head_begin, marks.head_end, ""},
                        {marks.tail_begin, marks.tail_end, ""},
                        marked.label.value_or("")}};
  return example;
}

}  // namespace

const std::string& whole_sentence(const Example& example) {
  const auto found = example.metadata.find(kWhole);
  const bool cut = found != example.metadata.end() && example.relations.size() == 1;
  return cut ? found->second : example.text;
}

Dataset relation_examples(const Dataset& dataset, std::int64_t longest) {
  Dataset made;
  made.name = dataset.name;
  std::int64_t without = 0;
  std::int64_t cut = 0;
  const auto add = [&](const Example& example) {
    const Sentence sentence = sentence_of(example);
    for (const Relation& relation : example.relations) {
      if (add_relation(example, sentence, relation, longest, made)) ++cut;
    }
  };
  for (const Example& example : dataset.examples) {
    if (!example.relations.empty()) {
      add(example);
    } else if (marks_pair(example.text)) {
      add(from_marks(example));
    } else {
      ++without;
    }
  }
  if (made.examples.empty() && !dataset.examples.empty()) {
    throw Error(ErrorKind::data,
                cat("none of the ", dataset.examples.size(), " examples has a head and a tail"),
                {dataset.name, 0, "relations"},
                "give a file with relations, or texts that mark them: <e1> head </e1>, <e2> tail "
                "</e2>; or use --task classification");
  }
  if (without > 0) log_info(cat(without, " sentences without a relation are left out"));
  if (cut > 0) {
    log_warning(cat(cut, " of ", made.examples.size(), " sentences are longer than ", longest,
                    " words: those around head and tail are read"));
  }
  return made;
}

std::string pair_text_of(const Example& example) {
  std::vector<std::string> words;
  for (const TextRange& token : example.tokens) {
    words.push_back(example.text.substr(static_cast<std::size_t>(token.begin),
                                        static_cast<std::size_t>(token.end - token.begin)));
  }
  const Relation& relation = example.relations.front();
  const auto place = [](std::int64_t at) { return static_cast<std::int32_t>(at); };
  return pair_text(words, {place(relation.head.begin), place(relation.head.end),
                           place(relation.tail.begin), place(relation.tail.end)});
}

}  // namespace inkling
