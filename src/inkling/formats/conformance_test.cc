// What holds for every format: a new one is tested by being there.

#include <rapidcheck.h>

#include <map>

#include "inkling/base/strings.h"
#include "inkling/base/temporary_folder.h"
#include "inkling/formats/conformance_examples.h"
#include "inkling/formats/test_help.h"

namespace inkling {
namespace {

using namespace testing_help;

/// What the formats' own files hold, for those that need it.
void add_own_values(Example& example, int kind, std::size_t number) {
  const bool positive = *rc::gen::arbitrary<bool>();
  const std::string n = std::to_string(number);
  if (kind == 0) {  // arsc
    example.label = positive ? "positive" : "negative";
    example.attributes = {{"domain", *rc::gen::element<std::string>("books", "a.b")},
                          {"threshold", *rc::gen::element<std::string>("t2", "t05")},
                          {"split", *rc::gen::element<std::string>("train", "dev", "test")}};
  } else if (kind == 1) {  // vader
    example.label = positive ? "positive" : "negative";
    example.attributes = {{"domain", *rc::gen::element<std::string>("nyt", "hotels")}};
    example.metadata = {{"id", n + "_1"}, {"rating", positive ? "0.50" : "-4"}};
  } else if (kind == 2) {  // aclimdb
    example.label = positive ? "pos" : "neg";
    example.attributes = {{"split", positive ? "train" : "test"}};
    example.metadata = {{"id", n}, {"stars", "7"}};
  } else if (kind == 3) {  // clinc
    example.label = *any_text();
    example.attributes = {{"split", *any_text()}};
  } else if (kind == 4) {  // leopard
    example.label = *any_text();
    example.attributes = {{"task", "t_x"}, {"split", "train"}, {"sample", "0"}, {"shots", n}};
    example.metadata = *names_and_values({"id", "", "note\n"}, true);
  } else if (kind == 7) {  // fewrel
    const std::string first = *any_text();
    const std::string second = *any_text();
    const auto middle = std::ssize(first);
    example.text = first + " " + second;
    example.tokens = {{0, middle}, {middle + 1, std::ssize(example.text)}};
    example.relations = {{{0, 2, ""}, {1, 2, ""}, *any_text()}};
    example.metadata = {{"head_id", "Q" + n}};
    if (positive) example.metadata["tail_mentions"] = "[[0], [0, 1]]";
  } else {
    example.label = "x" + n;
  }
}

/// What the formats of tokens, spans, relations and frames hold, by the format's name.
void add_structure(Example& example, const std::string& format, bool wild, std::size_t number) {
  const std::string n = std::to_string(number);
  if (format == "conll" || format == "fewnerd") {
    add_words(example, wild);
    example.spans = any_spans(example, format == "conll");
    example.metadata = *names_and_values({"sent_id", "comment", "a b"}, wild);
  } else if (format == "conll2005" || format == "conll2012") {
    add_words(example, wild);
    add_frames(example);
    const std::vector<std::string> values(example.tokens.size(), "do");
    example.token_columns = {{"pos", values}, {"lemma", values}};
    if (format == "conll2012") {
      example.spans = any_spans(example, true);
      example.metadata = {{"document", "nw/" + n}, {"part", n}};
      example.attributes = {{"genre", "nw"}};
    } else if (wild) {
      example.metadata = {{"sent_id", "web-" + n}};
      example.attributes = {{"genre", "web"}};
    }
  } else if (format == "conll04") {
    add_words(example, wild);
    example.spans = any_spans(example, true);
    add_relations(example);
    example.metadata = *names_and_values({"orig_id", "note"}, wild);
  } else if (format == "tacred") {
    add_words(example, wild);
    add_one_relation(example, "PERSON", "CITY", "per:city");
    example.metadata = *names_and_values({"id", "docid"}, wild);
    example.token_columns["stanford_pos"].assign(example.tokens.size(), "NN");
  } else if (format == "fewrel") {
    add_words(example, wild);
    add_one_relation(example, "", "", "P1");
    example.metadata = {{"head_id", "Q" + n}};
  } else if (format == "semeval2010") {
    example.text = "a <b> " + example.text + " c" + (wild ? "</e1>" : "");
    example.tokens = tokenise(example.text);
    add_one_relation(example, "e1", "e2", "Cause-Effect(e2,e1)");
    std::vector<std::int64_t> borders;
    add_borders(example, example.relations.at(0).head, borders);
    add_borders(example, example.relations.at(0).tail, borders);
    example.tokens = tokenise(example.text, borders);
    example.metadata = {{"id", n}, {"comment", *tame_text()}};
  } else if (format == "spacy" || format == "brat") {
    if (*rc::gen::arbitrary<bool>())
      cut_words(example);
    else
      add_words(example, wild);
    if (format == "brat") {
      add_relations(example);
      if (wild) example.metadata = {{"document", "d" + n}};
    } else {
      example.metadata = *names_and_values({"meta", "id"}, wild);
    }
  }
}

std::vector<Example> generate(const std::string& format) {
  const bool wild = *rc::gen::inRange(0, 3) == 0;
  const bool structured = *rc::gen::inRange(0, 3) == 0;
  // Half of the time what the format itself holds, so that luck does not decide what is tested.
  static const std::map<std::string, int> kOwn = {{"arsc", 0},  {"vader", 1},   {"aclimdb", 2},
                                                  {"clinc", 3}, {"leopard", 4}, {"fewrel", 7}};
  const auto own = kOwn.find(format);
  const bool takes_own = own != kOwn.end() && *rc::gen::arbitrary<bool>();
  const int kind = takes_own ? own->second : *rc::gen::inRange(0, 8);
  const int size = *rc::gen::inRange(1, 4);
  std::vector<Example> examples(static_cast<std::size_t>(size));
  for (std::size_t i = 0; i < examples.size(); ++i) {
    Example& one = examples[i];
    one.text = *(wild ? any_text() : tame_text());
    if (structured) {
      add_structure(one, format, wild, i);
    } else if (kind == 6) {
      if (*rc::gen::arbitrary<bool>()) one.label = *any_text();
      one.attributes = *names_and_values({"domain", "group", "", "text", "attributes.x"}, true);
      one.metadata = *names_and_values({"id", "label", "7", "column2", "metadata.x", "a\tb"}, true);
    } else {
      add_own_values(one, kind, i);
    }
  }
  return examples;
}

/// Examples as a bag: a format of several files reads them file by file.
std::vector<std::string> bag(const std::vector<Example>& examples) {
  std::vector<std::string> lines;
  for (const Example& one : examples) lines.push_back(write_bytes("jsonl", {one}));
  std::sort(lines.begin(), lines.end());
  return lines;
}

std::vector<Example> read_again(const Format& format, const std::vector<OutputFile>& files,
                                const FormatOptions& options) {
  std::vector<Example> examples;
  for (const OutputFile& file : files) {
    const std::string text = text_of(bytes_of(file.bytes), "f");
    const auto found = format.read({file.path.empty() ? "f" : file.path, text}, options);
    examples.insert(examples.end(), found.begin(), found.end());
  }
  return examples;
}

class Conformance : public testing::TestWithParam<std::string> {
 protected:
  const Format& format() const { return format_named(GetParam()); }
};

TEST_P(Conformance, ReadsBackWhatItWroteOrNamesTheExampleThatItCannotHold) {
  int held = 0;
  const bool holds = rc::check([&] {
    const std::vector<Example> examples = generate(GetParam());
    FormatOptions options;
    options.format = GetParam();
    options.quote = *rc::gen::element<std::string>("auto", "rfc4180", "none");
    options.group_column = *rc::gen::element<std::string>("", "domain", "3");
    std::vector<OutputFile> files;
    try {
      files = format().write({"d", examples}, options);
    } catch (const Error& error) {
      RC_ASSERT(error.kind() == ErrorKind::usage ||
                (error.kind() == ErrorKind::data && error.message().starts_with("example ")));
      return;
    }
    if (format().is_folder()) {
      const TemporaryFolder folder;
      write_dataset({"d", examples}, folder.path() / "out", options);
      RC_ASSERT(bag(read_dataset(folder.path() / "out", options).examples) == bag(examples));
    } else {
      RC_ASSERT(bag(read_again(format(), files, options)) == bag(examples));
    }
    ++held;
  });
  EXPECT_TRUE(holds);
  EXPECT_GT(held, 0) << "nothing that was generated could be written";
}

TEST_P(Conformance, AnyBytesAreExamplesOrAnError) {
  if (format().is_folder()) GTEST_SKIP() << "is a folder";
  EXPECT_TRUE(rc::check([&] {
    const std::string text = text_of(bytes_of(*any_text()), "f");
    try {
      format().read({"f", text}, {});
    } catch (const Error& error) {
      RC_ASSERT(error.kind() == ErrorKind::data || error.kind() == ErrorKind::usage);
      RC_ASSERT(error.where().file == "f");
    }
  }));
}

TEST_P(Conformance, HasAOneLineSummaryAndAReadme) {
  EXPECT_FALSE(format().summary().empty());
  EXPECT_EQ(format().summary().find('\n'), std::string_view::npos);
  EXPECT_TRUE(std::filesystem::exists("src/inkling/formats/" + GetParam() + "/README.md"));
}

TEST_P(Conformance, DoesNotClaimWhatItDoesNotKnow) {
  EXPECT_EQ(format().recognise("notes", "just words\nand more\n"), 0);
  EXPECT_EQ(format().recognise("/no/such/folder", ""), 0);
}

std::vector<std::string> names() {
  std::vector<std::string> found;
  for (const auto& format : all_formats()) found.emplace_back(format->name());
  return found;
}

INSTANTIATE_TEST_SUITE_P(All, Conformance, testing::ValuesIn(names()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace inkling
