// inkling predict: texts in, labels with calibrated scores out, answered as they arrive.
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "answer_html.h"
#include "commands.h"
#include "inkling/api/engine.h"
#include "inkling/api/inkling.h"
#include "inkling/api/role_questions.h"
#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/data/span_text.h"
#include "inkling/formats/source.h"
#include "line_reader.h"

namespace inkling::cli {
namespace {

constexpr std::int64_t kBatch = 256;
constexpr const char* kName = "standard input";
/// Bytes of the questions of one text, each of which is the text.
constexpr std::size_t kMostAsked = std::size_t{1} << 24;

struct PredictOptions {
  std::string model;
  std::string input = "text";
  std::string output = "text";
  double abstain = 0;
  std::string predicates;
  template <class Visitor>
  void fields(Visitor& field) {
    field("model", model, "directory of an adapted model");
    field("input", input, "a text a line, or a JSON object a line with the text under \"text\"",
          one_of({"text", "jsonl"}));
    field(
        "output", output,
        "label, probability and text, tab-separated; JSON with all scores; or a page for a browser",
        one_of({"text", "jsonl", "html"}));
    field("abstain", abstain, "answer \"none\" below this probability; 0: always answer",
          between(0, 1));
    field("predicates", predicates,
          "of a model of semantic roles: directory of an adapted model that finds predicates; a "
          "text that marks none is asked about each that it finds");
  }
};

/// The options [task] of a model.
std::map<std::string, std::string> task_of(const std::string& folder) {
  return engine().config_of(folder).at("task");
}

/// @param task  of the model that answers
void require_roles(const std::map<std::string, std::string>& task, const PredictOptions& options) {
  const auto is = [](const std::map<std::string, std::string>& of, const char* predicates) {
    return of.at("name") == "semantic-roles" && of.at("predicates") == predicates;
  };
  if (!is(task, "given")) {
    throw Error(ErrorKind::usage, cat(options.model, " answers no questions about predicates"),
                {.field = "--predicates"},
                "leave --predicates out, or name a model of --task semantic-roles");
  }
  if (!is(task_of(options.predicates), "detect")) {
    throw Error(ErrorKind::usage, cat(options.predicates, " does not find predicates"),
                {.field = "--predicates"},
                "name a model of --task semantic-roles --predicates detect");
  }
}

struct Question {
  std::int64_t line = 0;
  std::string text;
  nlohmann::json id;  ///< of a JSON line; null where it has none
};

Question question_of_json(const Line& line) {
  const Where where = {.file = kName, .line = line.number};
  const auto object = nlohmann::json::parse(line.text, nullptr, false);
  if (object.is_discarded()) throw Error(ErrorKind::data, "the line is not JSON", where);
  if (!object.is_object()) throw Error(ErrorKind::data, "the line is not a JSON object", where);
  const auto text = object.find("text");
  if (text == object.end()) {
    std::vector<std::string> names;
    for (const auto& [name, value] : object.items()) names.push_back(name);
    throw Error(ErrorKind::data, "the object has no \"text\"", where,
                names.empty() ? "" : cat("it has ", join(names, ", ")));
  }
  if (!text->is_string()) {
    throw Error(ErrorKind::data, "\"text\" is not a string",
                {.file = kName, .line = line.number, .field = "text"});
  }
  const auto id = object.find("id");
  return {line.number, text->get<std::string>(), id == object.end() ? nlohmann::json() : *id};
}

Question question_of(const Line& line, bool json) {
  if (!is_text(line.text)) {
    throw Error(ErrorKind::data, "the line is not UTF-8 or holds a NUL byte",
                {.file = kName, .line = line.number}, "convert the input to UTF-8");
  }
  return json ? question_of_json(line) : Question{line.number, line.text, nullptr};
}

/// The answer of a model that finds spans.
nlohmann::json span_document(const Question& question, const Prediction& prediction) {
  nlohmann::json spans = nlohmann::json::array();
  for (const LabelledRange& span : *prediction.spans) {
    const auto size = static_cast<std::size_t>(span.end - span.begin);
    spans.push_back({{"begin", span.begin},
                     {"end", span.end},
                     {"label", span.label},
                     {"probability", span.probability},
                     {"text", question.text.substr(static_cast<std::size_t>(span.begin), size)}});
  }
  return {{"spans", spans}, {"text", question.text}};
}

nlohmann::json document(const Question& question, const Prediction& prediction) {
  if (prediction.spans) {
    nlohmann::json one = span_document(question, prediction);
    if (!question.id.is_null()) one["id"] = question.id;
    return one;
  }
  nlohmann::json scores = nlohmann::json::object();
  for (const auto& [label, probability] : prediction.scores) scores[label] = probability;
  nlohmann::json one = {{"label", prediction.label},
                        {"probability", prediction.probability},
                        {"scores", scores},
                        {"text", question.text}};
  if (!question.id.is_null()) one["id"] = question.id;
  return one;
}

/// Free of what separates columns and lines.
std::string cell(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
  return text;
}

/// The text with its spans in colour on a terminal.
std::string shown(const std::string& marked) {
  constexpr const char* kSpan = "\x1b[1;36m";
  constexpr const char* kPlain = "\x1b[0m";
  if (isatty(STDOUT_FILENO) == 0 || std::getenv("NO_COLOR") != nullptr) return marked;
  const SpanText read = read_span_text(marked);
  std::string text;
  auto span = read.spans.begin();
  for (std::size_t i = 0; i < read.words.size(); ++i) {
    const auto word = static_cast<std::int64_t>(i);
    if (i > 0) text += ' ';
    if (span != read.spans.end() && span->begin == word) text += kSpan;
    text += read.words[i];
    if (span == read.spans.end() || span->end != word + 1) continue;
    text += cat(" ", span->label, kPlain);
    ++span;
  }
  return text;
}

/// Answers a batch; a fault in a line is thrown once the lines before it are answered.
class Answerer {
 public:
  Answerer(const Invocation& asked, const PredictOptions& options)
      : asked_(asked), options_(options), predictor_(Predictor::load(options.model)) {
    const auto task = task_of(options.model);
    if (!options.predicates.empty()) require_roles(task, options);
    if (options.output == "html") {
      if (asked.json) {
        throw Error(ErrorKind::usage, "--json and --output html ask for different documents",
                    {.field = "--output"}, "leave one of them out");
      }
      page_.emplace(predictor_.labels(), task.at("name") == "relations");
      asked.out << page_->head();
    }
    if (options.abstain > 0) predictor_ = predictor_.with_abstention(options.abstain);
    if (!options.predicates.empty()) detector_ = Predictor::load(options.predicates);
  }

  void answer(const std::vector<Line>& lines) {
    std::vector<Question> questions;
    std::exception_ptr fault;
    for (const Line& line : lines) {
      const bool json = options_.input == "jsonl";
      if (json && trim(line.text).empty()) continue;
      try {
        questions.push_back(question_of(line, json));
      } catch (const Error&) {
        fault = std::current_exception();
        break;
      }
    }
    answer_questions(questions);
    if (fault) std::rethrow_exception(fault);
  }

  nlohmann::json take() { return {{"predictions", std::move(collected_)}}; }

 private:
  void answer_questions(const std::vector<Question>& questions) {
    if (questions.empty()) return;
    std::vector<std::string> texts;
    for (const Question& question : questions) texts.push_back(question.text);
    if (detector_) {
      answer_each_predicate(texts, questions);
    } else {
      const std::vector<Prediction> predictions = predicted(predictor_, texts, questions);
      for (std::size_t i = 0; i < questions.size(); ++i) give(questions[i], predictions[i]);
    }
    if (!asked_.json) asked_.out.flush();
  }

  /// One answer a predicate; a text in which none is found is its own answer.
  void answer_each_predicate(const std::vector<std::string>& texts,
                             const std::vector<Question>& questions) {
    const std::vector<Prediction> found = predicted(*detector_, texts, questions);
    for (std::size_t i = 0; i < questions.size(); ++i) {
      if (asks_about_predicate(texts[i])) {
        give(questions[i], predicted(predictor_, {texts[i]}, {questions[i]}).front());
        continue;
      }
      const std::vector<std::string> asked = predicate_questions(texts[i], found[i]);
      if (asked.size() * texts[i].size() > kMostAsked) {
        throw Error(ErrorKind::data, cat("the text has ", asked.size(), " predicates"),
                    {.file = kName, .line = questions[i].line},
                    "give one sentence a line: each predicate is asked about with the whole text");
      }
      std::vector<Prediction> answers =
          predicted(predictor_, asked, std::vector<Question>(asked.size(), questions[i]));
      for (std::size_t k = 0; k < asked.size(); ++k) {
        move_into_text(answers[k], asked[k], texts[i]);
        give(questions[i], answers[k]);
      }
      if (asked.empty()) {
        const std::vector<std::string> words = read_span_text(texts[i]).words;
        give(questions[i], {span_text(words, {}), 1, {}, std::vector<LabelledRange>()});
      }
    }
  }

  /// A text that cannot be read is named by its question's line.
  static std::vector<Prediction> predicted(const Predictor& predictor,
                                           const std::vector<std::string>& texts,
                                           const std::vector<Question>& questions) {
    try {
      return predictor.predict(texts);
    } catch (const Error& error) {
      Where where = error.where();
      const auto number = static_cast<std::size_t>(where.line);
      if (!where.file.empty() || number < 1 || number > questions.size()) throw;
      where.file = kName;
      where.line = questions[number - 1].line;
      throw Error(error.kind(), error.message(), where, error.hint());
    }
  }

  void give(const Question& question, const Prediction& prediction) {
    if (asked_.json) {
      collected_.push_back(document(question, prediction));
    } else if (options_.output == "jsonl") {
      asked_.out << document(question, prediction).dump() << "\n";
    } else if (page_) {
      asked_.out << page_->answer(question.text, prediction);
    } else if (prediction.spans) {
      asked_.out << shown(prediction.label) << "\n";
    } else {
      asked_.out << cell(prediction.label) << "\t" << fixed(prediction.probability, 4) << "\t"
                 << cell(question.text) << "\n";
    }
  }

  const Invocation& asked_;
  const PredictOptions& options_;
  Predictor predictor_;
  std::optional<Predictor> detector_;
  std::optional<AnswerPage> page_;
  nlohmann::json collected_ = nlohmann::json::array();
};

nlohmann::json run_predict(const Invocation& asked) {
  const auto& options = asked.options.as<PredictOptions>();
  require(options.model, "--model", "give the directory that adapt wrote");
  Answerer answerer(asked, options);
  LineReader reader(kBatch, asked.config().format.max_record_bytes);
  for (auto lines = reader.next(); !lines.empty(); lines = reader.next()) answerer.answer(lines);
  return asked.json ? answerer.take() : nlohmann::json();
}

}  // namespace

Command predict() {
  return {.name = "predict",
          .summary = "label texts from standard input: label, probability, text",
          .sections = {"format.max-record-bytes"},
          .make_options = &PluginOptions::of<PredictOptions>,
          .positionals = {"model"},
          .run = &run_predict,
          .print = nullptr};
}

}  // namespace inkling::cli
