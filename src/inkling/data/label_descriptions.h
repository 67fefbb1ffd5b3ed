// What labels mean, in words.
#pragma once

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace inkling {

/// By label.
using LabelDescriptions = std::map<std::string, std::string>;

/// Reads a JSON object that gives each label a text, or a list of texts that are read one after the
/// other: {"P361": ["part of", "object of which the subject is a part"]}, FewRel's pid2name. Words
/// and marks have spaces between them.
/// @throws Error io; data naming the label, for another value or one without a word
LabelDescriptions read_label_descriptions(const std::filesystem::path& file);

/// Those of `labels`, in their order.
/// @param pairs  whether they must mark a head and a tail, as texts of pairs do: their first and
///               last word
/// @param file   for the message
/// @throws Error data naming a label that has none
std::vector<std::string> descriptions_of(const LabelDescriptions& all,
                                         std::span<const std::string> labels, bool pairs,
                                         const std::string& file);

}  // namespace inkling
