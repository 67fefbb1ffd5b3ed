#include "inkling/data/label_descriptions.h"

#include <nlohmann/json.hpp>

#include "inkling/base/error.h"
#include "inkling/base/file.h"
#include "inkling/base/strings.h"
#include "inkling/text/pair_text.h"

namespace inkling {
namespace {

/// `text` with spaces around what is ASCII and neither a letter nor a digit.
std::string spaced(std::string_view text) {
  std::string made;
  for (const char c : text) {
    const bool mark =
        static_cast<unsigned char>(c) < 0x80 &&
        std::string_view("!\"#$%&()*+,./:;<=>?@[\\]^_`{|}~").find(c) != std::string_view::npos;
    if (mark) made += ' ';
    made += c;
    if (mark) made += ' ';
  }
  return made;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::size_t at = 0;
  for (auto word = next_spaced(text, at); !word.empty(); word = next_spaced(text, at)) {
    words.emplace_back(word);
  }
  return words;
}

std::string description_of(const nlohmann::json& value, const Where& where) {
  std::string text;
  const bool list = value.is_array();
  for (const auto& part : list ? value : nlohmann::json::array({value})) {
    if (!part.is_string()) {
      throw Error(ErrorKind::data, "a description is a text or a list of texts", where,
                  "write {\"LABEL\": \"its meaning\", ...}");
    }
    text += cat(text.empty() ? "" : " ", spaced(part.get<std::string>()));
  }
  const std::vector<std::string> words = words_of(text);
  if (words.empty()) {
    throw Error(ErrorKind::data, "the description has no word", where, "say what the label means");
  }
  return join(words, " ");
}

}  // namespace

LabelDescriptions read_label_descriptions(const std::filesystem::path& file) {
  constexpr std::size_t kMost = std::size_t{1} << 28;
  const auto json = nlohmann::json::parse(read_file(file, kMost), nullptr, false);
  if (!json.is_object()) {
    throw Error(ErrorKind::data, "this is no JSON object of labels and their descriptions",
                {file.string(), 0, ""}, "write {\"LABEL\": \"its meaning\", ...}");
  }
  LabelDescriptions made;
  for (const auto& [label, value] : json.items()) {
    made[label] = description_of(value, {file.string(), 0, label});
  }
  return made;
}

std::vector<std::string> descriptions_of(const LabelDescriptions& all,
                                         std::span<const std::string> labels, bool pairs,
                                         const std::string& file) {
  std::vector<std::string> made;
  for (const std::string& label : labels) {
    const auto found = all.find(label);
    if (found == all.end()) {
      throw Error(ErrorKind::data, cat("the label '", label, "' has no description"),
                  {file, 0, "descriptions"}, "add one, or leave the label out");
    }
    if (!pairs) {
      made.push_back(found->second);
      continue;
    }
    std::vector<std::string> words = words_of(found->second);
    if (words.size() == 1) words.push_back(words.front());
    const auto count = static_cast<std::int32_t>(words.size());
    made.push_back(pair_text(words, {0, 1, count - 1, count}));
  }
  return made;
}

}  // namespace inkling
