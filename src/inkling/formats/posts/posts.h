// posts: JSON lines of newsgroup posts, whose headers, quotes and signatures are left out.
#pragma once

#include <memory>

#include "inkling/formats/format.h"

namespace inkling::posts {

std::unique_ptr<Format> make();

/// What an author wrote himself. First the header goes, up to the first blank line; then the
/// signature: what follows the last line that is blank or of hyphens alone, unless that is the
/// first line; then the lines that quote others ("In article", "... writes:", ">", "|"). Source:
/// scikit-learn's fetch_20newsgroups(remove=("headers", "footers", "quotes")), by whose rules
/// results on stripped 20 newsgroups are published.
std::string own_words(std::string_view post);

}  // namespace inkling::posts
