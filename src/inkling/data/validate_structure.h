// What is wrong with the tokens, spans, relations and frames of one example.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "inkling/data/example.h"
#include "inkling/data/validate.h"

namespace inkling {

namespace finding {
constexpr const char* kOutside = "outside";  ///< error: a range outside of the text or the tokens
constexpr const char* kInsideCharacter =
    "inside-character";  ///< error: a token cuts a code point; warning: what is seen as one
                         ///< character
constexpr const char* kTokenOrder = "token-order";  ///< error: tokens overlap, or one is empty
constexpr const char* kEmptySpan = "empty-span";    ///< error: a span without tokens
constexpr const char* kOverlap =
    "overlapping-spans";  ///< warning: a span within another, or a head and tail that share tokens
constexpr const char* kCrossing =
    "crossing-spans";  ///< error: spans that share tokens, and neither lies within the other
}  // namespace finding

struct StructureFault {
  const char* kind = "";
  Severity severity = Severity::note;
  std::string message;
};

/// Looks at one example after the other.
class StructureCheck {
 public:
  StructureCheck();
  ~StructureCheck();
  StructureCheck(const StructureCheck&) = delete;
  StructureCheck& operator=(const StructureCheck&) = delete;

  /// The first fault of each kind, by field.
  std::vector<StructureFault> faults_of(const Example& example);

 private:
  void check_tokens(const Example& example, std::vector<StructureFault>& faults);

  struct Characters;
  std::unique_ptr<Characters> characters_;  ///< made for the first text that is not ASCII
};

}  // namespace inkling
