#include "inkling/formats/targets.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "inkling/base/strings.h"

namespace inkling {
namespace {

using simdjson::dom::element;

constexpr const char* kVersionKey = "inkling-targets";
/// What rounding may take from a sum.
constexpr double kRounding = 1e-3;
constexpr int kDigits = 6;

const std::vector<std::string>& keys() {
  static const std::vector<std::string> names = {
      "id", "label", "corrected", "probabilities", "confidence", "text"};
  return names;
}

std::string list_of(const std::vector<std::string>& labels) {
  std::vector<std::string> quoted;
  for (const std::string& label : labels) quoted.push_back(json_string(label));
  return cat("[", join(quoted, ", "), "]");
}

/// Of a number in [0, 1], without zeros at its end.
std::string rounded(double number) {
  std::string text = fixed(number, kDigits);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

TargetsHeader header_of(JsonParser& parser, std::string_view line, const Where& where) {
  const element document = parser.parse(line, where, "the first line of targets is their header");
  TargetsHeader header;
  bool versioned = false;
  for (const JsonMember& member : members_of(document, where)) {
    Where place = where;
    place.field = member.key;
    if (member.key == kVersionKey) {
      versioned = true;
      const std::int64_t version = integer_of(member.value, place);
      if (version == kTargetsFormat) continue;
      throw Error(ErrorKind::data,
                  cat("the targets have format version ", version, ", this is ", kTargetsFormat),
                  place, "use the version of inkling that wrote them, or label again");
    }
    if (member.key == "labels") {
      for (const element label : array_of(member.value, place)) {
        header.labels.push_back(text_of(label, place));
      }
    } else if (member.key == "teacher") {
      header.teacher = text_of(member.value, place);
    } else if (member.key == "texts") {
      header.texts = text_of(member.value, place);
    }
  }
  if (!versioned) {
    throw Error(ErrorKind::data, cat("has no header with '", kVersionKey, "'"), where,
                "give a file that `inkling distill label` wrote");
  }
  std::vector<std::string> sorted = header.labels;
  std::ranges::sort(sorted);
  if (sorted.size() < 2 || std::ranges::adjacent_find(sorted) != sorted.end()) {
    throw Error(ErrorKind::data, "the header does not name two labels or more, each once",
                {where.file, where.line, "labels"});
  }
  return header;
}

}  // namespace

std::string line_of(const TargetsHeader& header) {
  return cat("{\"", kVersionKey, "\": ", kTargetsFormat, ", \"labels\": ", list_of(header.labels),
             ", \"teacher\": ", json_string(header.teacher),
             ", \"texts\": ", json_string(header.texts), "}\n");
}

std::string line_of(const Target& target, const std::vector<std::string>& labels) {
  const auto name = [&](std::int64_t place) {
    return json_string(labels[static_cast<std::size_t>(place)]);
  };
  std::string line = cat("{\"id\": ", target.id);
  if (target.label) line += cat(", \"label\": ", name(*target.label));
  if (target.corrected) line += cat(", \"corrected\": ", name(*target.corrected));
  line += ", \"probabilities\": {";
  for (std::size_t c = 0; c < labels.size(); ++c) {
    line += cat(c == 0 ? "" : ", ", json_string(labels[c]), ": ", rounded(target.probabilities[c]));
  }
  line += cat("}, \"confidence\": ", rounded(target.confidence),
              ", \"text\": ", json_string(target.text), "}\n");
  return line;
}

TargetsReader::TargetsReader(const Source& source, const FormatOptions& options)
    : lines_(source, options) {
  if (!lines_.next()) {
    throw Error(ErrorKind::data, "is empty: there are no targets", {source.path.string()},
                "label texts by `inkling distill label`");
  }
  header_ = header_of(parser_, lines_.text(), lines_.where());
}

std::int64_t TargetsReader::place_of(element label, const std::string& key) const {
  const std::string name = label_of(label, where(key));
  const auto found = std::ranges::find(header_.labels, name);
  if (found == header_.labels.end()) {
    throw Error(ErrorKind::data, cat("the targets do not know the label '", name, "'"), where(key),
                known_names_hint(name, header_.labels));
  }
  return found - header_.labels.begin();
}

void TargetsReader::read_probabilities(element value, Target& target) const {
  constexpr double kUnset = -1;
  target.probabilities.assign(header_.labels.size(), kUnset);
  for (const JsonMember& member : members_of(value, where("probabilities"))) {
    const auto found = std::ranges::find(header_.labels, member.key);
    if (found == header_.labels.end()) {
      throw Error(ErrorKind::data, cat("the targets do not know the label '", member.key, "'"),
                  where("probabilities"), known_names_hint(member.key, header_.labels));
    }
    const double share = number_of(member.value, where(member.key));
    if (!(share >= 0 && share <= 1)) {
      throw Error(ErrorKind::data, "a probability lies in [0, 1]", where(member.key));
    }
    target.probabilities[static_cast<std::size_t>(found - header_.labels.begin())] = share;
  }
  const auto missing = std::ranges::find(target.probabilities, kUnset);
  if (missing != target.probabilities.end()) {
    const auto place = missing - target.probabilities.begin();
    throw Error(
        ErrorKind::data,
        cat("the label '", header_.labels[static_cast<std::size_t>(place)], "' has no probability"),
        where("probabilities"));
  }
  const double sum = std::accumulate(target.probabilities.begin(), target.probabilities.end(), 0.0);
  if (!(std::abs(sum - 1) <= kRounding)) {
    throw Error(ErrorKind::data, cat("the probabilities sum to ", fixed(sum, 4), ", not to one"),
                where("probabilities"), "to correct a line, add \"corrected\": LABEL to it");
  }
  for (double& share : target.probabilities) share /= sum;
}

bool TargetsReader::next(Target& target) {
  do {
    if (!lines_.next()) return false;
  } while (trim(lines_.text()).empty());
  target = {};
  const element document = parser_.parse(lines_.text(), where(), "targets have one object a line");
  std::optional<double> confidence;
  bool has_id = false;
  bool has_text = false;
  for (const JsonMember& member : members_of(document, where())) {
    const std::string& key = member.key;
    if (key == "id") {
      has_id = true;
      target.id = integer_of(member.value, where(key));
    } else if (key == "label") {
      if (!member.value.is_null()) target.label = place_of(member.value, key);
    } else if (key == "corrected") {
      if (!member.value.is_null()) target.corrected = place_of(member.value, key);
    } else if (key == "probabilities") {
      read_probabilities(member.value, target);
    } else if (key == "confidence") {
      confidence = number_of(member.value, where(key));
      if (!(*confidence >= 0 && *confidence <= 1)) {
        throw Error(ErrorKind::data, "a confidence lies in [0, 1]", where(key));
      }
    } else if (key == "text") {
      has_text = true;
      target.text = text_of(member.value, where(key));
    } else {
      throw Error(ErrorKind::data, "is not known here", where(key), known_names_hint(key, keys()));
    }
  }
  if (target.probabilities.empty() || !has_id || !has_text) {
    const char* lacks = !has_id ? "id" : !has_text ? "text" : "probabilities";
    throw Error(ErrorKind::data, cat("the line has no \"", lacks, "\""), where());
  }
  if (target.id <= last_id_) {
    throw Error(ErrorKind::data, cat("the id ", target.id, " comes after ", last_id_), where("id"),
                "each text has one line, in their order");
  }
  last_id_ = target.id;
  target.confidence = confidence.value_or(*std::ranges::max_element(target.probabilities));
  return true;
}

std::optional<TargetsProgress> progress_of(const Source& source, const FormatOptions& options) {
  const std::string_view bytes = source.bytes;
  const std::size_t end = bytes.rfind('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::size_t first = bytes.find('\n');
  // The header and the last whole line, as a file of their own.
  const std::size_t before = end == 0 ? 0 : bytes.rfind('\n', end - 1);
  std::string ends(bytes.substr(0, first + 1));
  if (first != end) ends += bytes.substr(before + 1, end - before);
  TargetsReader reader({source.path, ends}, options);
  TargetsProgress progress{end + 1, 0, std::ranges::count(bytes.substr(0, end), '\n'),
                           reader.header()};
  Target target;
  while (reader.next(target)) progress.next_id = target.id + 1;
  return progress;
}

}  // namespace inkling
