// From the scores of words to the roles of a predicate that may stand together.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace inkling {

/// The best path of each sentence, by the sum of its words' log probabilities, in which
/// - a core role (metrics/role_scores.h) is there once, in one piece;
/// - what goes on, C-X, stands behind an X;
/// - a reference, R-X, stands in a sentence with an X;
/// - the predicate's own word is outside.
///
/// A state is a word's class and the set of roles that were there, so that the search is exact
/// while no more than `beam` states are alive at a word; beyond that the best are kept. Of a word,
/// classes less likely than 1e-5 are not tried, outside always is.
/// @param scores   [U, classes], row by row
/// @param names    of the classes
/// @param offsets  sentence i is the words offsets[i] .. offsets[i + 1]
/// @param marks    [U], kPredicate at the predicate's word (tasks/tagged_records.h); may be empty
/// @param outside  the class of words without a role
/// @return         [U]
/// @throws Error data, where rules bind more than 64 roles
/// Source: Punyakanok et al. 2008, section 3.3.1; He et al. 2017, section 2.2.
std::vector<std::int32_t> decoded_roles(std::span<const double> scores,
                                        std::span<const std::string> names,
                                        std::span<const std::int64_t> offsets,
                                        std::span<const std::uint8_t> marks, std::int32_t outside,
                                        std::size_t beam = 64);

}  // namespace inkling
