// Errors that a user can act on: what went wrong, where, and what to do about it.
#pragma once

#include <cstdint>
#include <exception>
#include <string>

namespace inkling {

enum class ErrorKind { usage, data, io, numeric, internal };

/// "usage", "data", "io", "numeric" or "internal".
const char* to_string(ErrorKind kind);

/// The process exit code of a kind: 2, 3, 4, 5 and 70.
int exit_code(ErrorKind kind);

/// The place a fault stands in. Empty members are unknown; lines count from 1, 0 is unknown.
struct Where {
  std::string file = {};
  std::int64_t line = 0;
  std::string field = {};
};

/// "file:line (field)", leaving out what is unknown.
std::string to_string(const Where& where);

class Error : public std::exception {
 public:
  /// @param hint  what to do about it, a sentence; may be empty
  Error(ErrorKind kind, std::string message, Where where = {}, std::string hint = {});

  ErrorKind kind() const { return kind_; }
  const std::string& message() const { return message_; }
  const Where& where() const { return where_; }
  const std::string& hint() const { return hint_; }

  /// One line for people: "where: message (hint)".
  const char* what() const noexcept override { return text_.c_str(); }

 private:
  ErrorKind kind_;
  std::string message_;
  Where where_;
  std::string hint_;
  std::string text_;
};

/// Thrown when Ctrl-C asked the work to stop at a safe point; the process exits with 130.
class Interrupted : public std::exception {
 public:
  const char* what() const noexcept override { return "interrupted"; }
};

/// Thrown when the reader of our output went away; the process ends quietly.
class ClosedPipe : public std::exception {
 public:
  const char* what() const noexcept override { return "closed pipe"; }
};

}  // namespace inkling
