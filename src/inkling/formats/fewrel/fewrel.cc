#include "inkling/formats/fewrel/fewrel.h"

#include <algorithm>
#include <map>

#include "inkling/base/strings.h"
#include "inkling/formats/fewrel/mention.h"
#include "inkling/formats/holding.h"
#include "inkling/formats/json.h"
#include "inkling/formats/lines.h"

namespace inkling::fewrel {
namespace {

/// The text after `mark` and the space around it; empty where `text` does not begin so.
std::string_view after(std::string_view text, char mark) {
  text = trim(text);
  return text.starts_with(mark) ? trim(text.substr(1)) : std::string_view{};
}

/// The rest of a text after a key that begins it.
std::string_view after_key(std::string_view text, std::string_view& key) {
  text = after(text, '"');
  key = text.substr(0, text.find('"'));
  return after(text.substr(std::min(key.size() + 1, text.size())), ':');
}

std::string text_of_token(std::string_view text, const TextRange& token) {
  return std::string(text.substr(static_cast<std::size_t>(token.begin),
                                 static_cast<std::size_t>(token.end - token.begin)));
}

/// Text and tokens: the words between single spaces.
void set_words(Example& example, const std::vector<std::string>& words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) example.text += ' ';
    const auto begin = std::ssize(example.text);
    example.text += words[i];
    example.tokens.push_back({begin, std::ssize(example.text)});
  }
}

class FewRel : public Format {
 public:
  std::string_view name() const override { return "fewrel"; }
  std::string_view summary() const override {
    return R"(JSON of relations: {"P931": [{"tokens": [...], "h": [name, id, [[0]]], "t": ...}]})";
  }

  int recognise(const std::filesystem::path&, std::string_view head) const override {
    constexpr int kByContent = 95;
    std::string_view key;
    const std::string_view list = after_key(after(head, '{'), key);
    after_key(after(after(list, '['), '{'), key);
    return key == "tokens" || key == "h" || key == "t" ? kByContent : 0;
  }

  std::vector<Example> read(const Source& source, const FormatOptions& options) const override {
    const std::string file = source.path.string();
    const Where start{.file = file, .line = 1};
    JsonParser parser;
    const auto document = parser.parse(source.bytes, start, "fewrel is one JSON object of lists");
    const auto lines = lines_at_depth(source.bytes, 2);
    std::vector<Example> examples;
    for (const JsonMember& relation : members_of(document, start)) {
      for (const auto sentence : array_of(relation.value, {file, 1, relation.key})) {
        const std::size_t index = examples.size();
        // Sentences before this one were objects, so that the lines match them one by one.
        const Where where{file, index < lines.size() ? lines[index] : 1, relation.key};
        examples.push_back(read_sentence(sentence, relation.key, where));
        if (examples.back().text.size() > static_cast<std::size_t>(options.max_record_bytes))
          throw too_long(options.max_record_bytes, where);
      }
    }
    return examples;
  }

  std::vector<OutputFile> write(const Dataset& dataset, const FormatOptions&) const override {
    std::vector<std::string> order;
    std::map<std::string, std::string> lists;
    for_each_held(dataset, name(), [&](const Held& held) {
      const std::string sentence = write_sentence(held);
      const std::string& type = held.example.relations.front().type;
      std::string& list = lists[type];
      if (list.empty()) order.push_back(type);
      list += cat(list.empty() ? "\n  " : ",\n  ", sentence);
    });
    std::string bytes = "{";
    for (std::size_t i = 0; i < order.size(); ++i) {
      bytes += cat(i > 0 ? "," : "", "\n", json_string(order[i]), ": [", lists[order[i]], "]");
    }
    bytes += "\n}\n";
    return {{"", std::move(bytes)}};
  }

 private:
  static Example read_sentence(simdjson::dom::element value, const std::string& type,
                               const Where& where) {
    const std::vector<std::string> names = {"tokens", "h", "t"};
    std::map<std::string, simdjson::dom::element> found;
    for (const JsonMember& member : members_of(value, where)) {
      if (std::ranges::find(names, member.key) == names.end()) {
        throw Error(ErrorKind::data, cat("unknown key '", member.key, "' of a sentence"), where,
                    known_names_hint(member.key, names));
      }
      found.emplace(member.key, member.value);
    }
    for (const std::string& one : names) {
      if (!found.contains(one))
        throw Error(ErrorKind::data, cat("the sentence has no '", one, "'"), where);
    }
    std::vector<std::string> tokens;
    for (const auto token : array_of(found.at("tokens"), where)) {
      tokens.push_back(text_of(token, where));
    }
    if (tokens.empty()) throw Error(ErrorKind::data, "the sentence has no token", where);
    Example example;
    set_words(example, tokens);
    const auto mention = [&](const char* key, const char* which) {
      Where place = where;
      place.field = cat(where.field, ", ", key);
      return read_mention(found.at(key), tokens, which, place, example.metadata);
    };
    Span head = mention("h", "head");
    Span tail = mention("t", "tail");
    example.relations = {{std::move(head), std::move(tail), type}};
    example.origin = {where.file, where.line};
    return example;
  }

  static std::string write_sentence(const Held& held) {
    const Example& example = held.example;
    if (example.relations.size() != 1) {
      throw held.cannot_hold(cat("an example of ", example.relations.size(), " relations"),
                             "relations", "a sentence has one head and one tail");
    }
    if (example.label) throw held.cannot_hold("a label beside a relation", "label");
    std::vector<std::string> tokens;
    for (const TextRange& token : example.tokens) {
      tokens.push_back(text_of_token(example.text, token));
    }
    Example spaced;
    set_words(spaced, tokens);
    if (spaced.text != example.text || spaced.tokens != example.tokens) {
      throw held.cannot_hold("a text that is not its tokens between single spaces", "tokens");
    }
    Example rest = example;
    rest.tokens.clear();
    rest.relations.clear();
    Held{rest, held.number, held.format}.require_plain();
    held.require_attributes({});
    held.require_metadata({"head", "head_id", "head_mentions", "tail", "tail_id", "tail_mentions"});
    const Relation& relation = example.relations.front();
    const std::string head = write_mention(held, relation.head, tokens, "head");
    const std::string tail = write_mention(held, relation.tail, tokens, "tail");
    std::string list;
    for (const std::string& token : tokens) {
      list += cat(list.empty() ? "" : ", ", json_string(token));
    }
    return cat("{\"tokens\": [", list, "], \"h\": ", head, ", \"t\": ", tail, "}");
  }
};

}  // namespace

std::unique_ptr<Format> make() {
  return std::make_unique<FewRel>();
}

}  // namespace inkling::fewrel
