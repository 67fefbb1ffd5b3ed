#include "inkling/base/error.h"

#include <utility>

namespace inkling {

const char* to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage:
      return "usage";
    case ErrorKind::data:
      return "data";
    case ErrorKind::io:
      return "io";
    case ErrorKind::numeric:
      return "numeric";
    case ErrorKind::internal:
      return "internal";
  }
  return "internal";
}

int exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage:
      return 2;
    case ErrorKind::data:
      return 3;
    case ErrorKind::io:
      return 4;
    case ErrorKind::numeric:
      return 5;
    case ErrorKind::internal:
      return 70;
  }
  return 70;
}

std::string to_string(const Where& where) {
  std::string text = where.file;
  if (where.line > 0) text += (text.empty() ? "line " : ":") + std::to_string(where.line);
  if (!where.field.empty()) {
    text += text.empty() ? where.field : " (" + where.field + ")";
  }
  return text;
}

Error::Error(ErrorKind kind, std::string message, Where where, std::string hint)
    : kind_(kind), message_(std::move(message)), where_(std::move(where)), hint_(std::move(hint)) {
  const std::string place = to_string(where_);
  if (!place.empty()) text_ = place + ": ";
  text_ += message_;
  if (!hint_.empty()) text_ += " (" + hint_ + ")";
}

}  // namespace inkling
