// Frames as columns: which tokens are predicates, and one column of brackets for each.
#pragma once

#include <string>
#include <vector>

#include "inkling/formats/column_sentences.h"

namespace inkling {

/// What stands in a column where a token has nothing to say.
constexpr const char* kNoValue = "-";
/// The label of the predicate itself among its arguments.
constexpr const char* kVerb = "V";

/// The cells of column `column` of all rows.
std::vector<std::string> cells_at(const ColumnReader& reader, std::size_t column);

/// The frames of the sentence that `reader` stands at.
///
/// A predicate is a token whose sense is not "-". The bracket V is the predicate: it becomes an
/// argument V only where it covers anything else than that token (a verb of several words).
/// @param senses  one a token
/// @param first   the first of the bracket columns; as many follow as there are predicates
/// @throws Error data, where a bracket does not close, or columns end before `first` plus that many
std::vector<Frame> frames_of_columns(const ColumnReader& reader,
                                     const std::vector<std::string>& senses, std::size_t first);

/// The spans of the bracket column `column`. @throws Error data with line and field
std::vector<Span> spans_of_column(const ColumnReader& reader, std::size_t column,
                                  const std::string& field);

/// Adds a bracket column for each frame, and its name. The senses are the writer's.
/// @throws cannot_hold for frames out of order, two of one token, an argument V that is understood,
/// and brackets that there cannot be
void add_frame_columns(const Held& held, std::vector<std::vector<std::string>>& columns,
                       std::vector<std::string>& names);

/// The bracket column of `spans`. @throws cannot_hold
std::vector<std::string> column_of_spans(const Held& held, const std::vector<Span>& spans,
                                         const std::string& field);

/// The part of an id before `mark`, which is a text's genre: "web" of "web-1-2". Empty where `mark`
/// is not in it.
std::string genre_of(const std::string& id, char mark);

/// @throws cannot_hold, where the attribute genre is not what genre_of makes of the metadata `id`,
/// and for other attributes
void require_genre(const Held& held, const std::string& id, char mark);

}  // namespace inkling
