#include "inkling/data/validate_structure.h"

#include <unicode/ubrk.h>
#include <unicode/utext.h>

#include <algorithm>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/data/structure.h"

namespace inkling {
namespace {

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string shown(const Span& span) {
  return cat("'", span.label, "' [", span.begin, ", ", span.end, ")");
}

/// Nested and crossing spans among those of one kind.
void check_overlaps(std::vector<Span> spans, const std::string& what, bool nesting_is_well,
                    std::vector<StructureFault>& faults) {
  std::stable_sort(spans.begin(), spans.end(), comes_before);
  std::vector<const Span*> open;
  bool nested = nesting_is_well;
  bool crossing = false;
  bool empty = false;
  for (const Span& span : spans) {
    if (span.begin == span.end) {
      if (!empty)
        faults.push_back(
            {finding::kEmptySpan, Severity::error, cat(what, ": ", shown(span), " has no tokens")});
      empty = true;
      continue;
    }
    while (!open.empty() && open.back()->end <= span.begin) open.pop_back();
    if (!open.empty() && open.back()->end < span.end) {
      if (!crossing) {
        faults.push_back({finding::kCrossing, Severity::error,
                          cat(what, ": ", shown(*open.back()), " and ", shown(span), " cross")});
      }
      crossing = true;
      continue;
    }
    if (!open.empty() && !nested) {
      faults.push_back({finding::kOverlap, Severity::warning,
                        cat(what, ": ", shown(span), " lies within ", shown(*open.back()),
                            "; a tag a token cannot say so")});
      nested = true;
    }
    open.push_back(&span);
  }
}

}  // namespace

/// Where what a reader sees as one character begins and ends (UAX 29).
struct StructureCheck::Characters {
  Characters() {
    UErrorCode status = U_ZERO_ERROR;
    iterator = ubrk_open(UBRK_CHARACTER, "", nullptr, 0, &status);
    if (U_FAILURE(status) != 0)
      throw Error(ErrorKind::internal, cat("ICU cannot break text: ", u_errorName(status)));
  }
  ~Characters() {
    ubrk_close(iterator);
    utext_close(&text);
  }
  Characters(const Characters&) = delete;
  Characters& operator=(const Characters&) = delete;

  void set(std::string_view bytes) {
    UErrorCode status = U_ZERO_ERROR;
    utext_openUTF8(&text, bytes.data(), static_cast<std::int64_t>(bytes.size()), &status);
    ubrk_setUText(iterator, &text, &status);
    if (U_FAILURE(status) != 0)
      throw Error(ErrorKind::internal, cat("ICU cannot break text: ", u_errorName(status)));
  }
  bool is_border(std::int64_t byte) {
    return ubrk_isBoundary(iterator, static_cast<std::int32_t>(byte)) != 0;
  }

  UBreakIterator* iterator = nullptr;
  UText text = UTEXT_INITIALIZER;
};

StructureCheck::StructureCheck() = default;
StructureCheck::~StructureCheck() = default;

void StructureCheck::check_tokens(const Example& example, std::vector<StructureFault>& faults) {
  std::int64_t from = 0;
  for (std::size_t i = 0; i < example.tokens.size(); ++i) {
    const TextRange& token = example.tokens[i];
    if (token.begin < from || token.begin == token.end) {
      faults.push_back({finding::kTokenOrder, Severity::error,
                        cat("token ", i, " [", token.begin, ", ", token.end,
                            ") is empty or begins before the one before it ends")});
      break;
    }
    from = token.end;
  }
  if (is_ascii(example.text)) return;
  if (!characters_) characters_ = std::make_unique<Characters>();
  characters_->set(example.text);
  bool warned = false;
  for (std::size_t i = 0; i < example.tokens.size(); ++i) {
    for (const std::int64_t byte : {example.tokens[i].begin, example.tokens[i].end}) {
      const char* side = byte == example.tokens[i].begin ? "begins" : "ends";
      if (!between_characters(example.text, byte)) {
        faults.push_back({finding::kInsideCharacter, Severity::error,
                          cat("token ", i, " ", side, " at byte ", byte,
                              ", inside of a character: are offsets counted in characters?")});
        return;
      }
      if (warned || characters_->is_border(byte)) continue;
      faults.push_back({finding::kInsideCharacter, Severity::warning,
                        cat("token ", i, " ", side, " at byte ", byte,
                            ", between a character and what is joined to it")});
      warned = true;
    }
  }
}

std::vector<StructureFault> StructureCheck::faults_of(const Example& example) {
  std::vector<StructureFault> faults;
  if (const auto fault = fault_of(example)) {
    faults.push_back({finding::kOutside, Severity::error, cat(fault->field, ": ", fault->message)});
    return faults;
  }
  if (example.tokens.empty()) return faults;
  check_tokens(example, faults);
  check_overlaps(example.spans, "spans", false, faults);
  for (const Frame& frame : example.frames)
    check_overlaps(frame.arguments, cat("arguments of ", frame.sense), true, faults);
  for (const Relation& relation : example.relations) {
    for (const Span* span : {&relation.head, &relation.tail}) {
      if (span->begin == span->end)
        faults.push_back({finding::kEmptySpan, Severity::error,
                          cat("relation ", relation.type, ": ", shown(*span), " has no tokens")});
    }
    if (overlap_of(relation.head, relation.tail) != Overlap::none &&
        relation.head != relation.tail) {
      faults.push_back({finding::kOverlap, Severity::warning,
                        cat("relation ", relation.type, ": ", shown(relation.head), " and ",
                            shown(relation.tail), " share tokens")});
      break;
    }
  }
  return faults;
}

}  // namespace inkling
