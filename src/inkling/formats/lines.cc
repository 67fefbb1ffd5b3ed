#include "inkling/formats/lines.h"

#include "inkling/base/strings.h"

namespace inkling {

bool LineScanner::next() {
  if (rest_.empty()) return false;
  ++number_;
  const std::size_t end = rest_.find('\n');
  text_ = rest_.substr(0, end);
  rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
  if (text_.ends_with('\r')) text_.remove_suffix(1);
  if (text_.size() > static_cast<std::size_t>(limit_)) throw too_long(limit_, where());
  return true;
}

Error too_long(std::int64_t limit, Where where) {
  return Error(ErrorKind::data, cat("the record is longer than ", limit, " bytes"),
               std::move(where), "check for a missing line break, or raise --max-record-bytes");
}

}  // namespace inkling
