#include "inkling/distill/labelling.h"

#include <algorithm>

#include "inkling/base/append_file.h"
#include "inkling/base/error.h"
#include "inkling/base/file.h"
#include "inkling/base/interrupt.h"
#include "inkling/base/progress.h"
#include "inkling/base/strings.h"

namespace inkling::distill {
namespace {

/// Texts between two looks at Ctrl-C, and in memory.
constexpr std::size_t kBatch = 4096;

class Labelling {
 public:
  Labelling(const LabellingSetup& setup, Workers& workers)
      : setup_(setup),
        workers_(workers),
        header_{setup.teacher->labels(), setup.teacher->digest(), setup.texts_digest},
        part_(setup.file.string() + ".part") {}

  LabellingOutcome run() {
    const TargetsProgress progress = progress_so_far();
    AppendFile out(part_, progress.bytes);
    if (progress.bytes == 0) out.append(line_of(header_));
    const auto labelled = std::ssize(setup_.first);
    for (std::int64_t id = progress.next_id; id < labelled; ++id) {
      Target target = setup_.first[static_cast<std::size_t>(id)];
      target.id = id;
      out.append(line_of(target, header_.labels));
    }
    std::int64_t id = labelled;
    Progress shown("label", 0);
    for (auto texts = setup_.texts->next(kBatch); !texts.empty();
         texts = setup_.texts->next(kBatch)) {
      const std::int64_t first = id;
      id += std::ssize(texts);
      if (id <= progress.next_id) continue;
      out.append(answered(texts, first, std::max(first, progress.next_id)));
      shown.update(id);
      check_interrupt();
    }
    out.sync();
    publish_file(part_, setup_.file);
    outcome_.lines += progress.lines + std::max<std::int64_t>(0, labelled - progress.next_id);
    return outcome_;
  }

 private:
  TargetsProgress progress_so_far() const {
    if (!setup_.resume || !std::filesystem::exists(part_)) return {};
    const MappedFile file(part_);
    const auto found = progress_of({part_, file.bytes()}, {});
    if (!found) return {};
    if (found->header != header_) {
      throw Error(ErrorKind::usage, "was begun with another teacher or other texts", {part_},
                  "label again with --replace");
    }
    log_info(cat(found->next_id, " texts are labelled already"));
    return *found;
  }

  /// The lines of the texts from number `from` on that are wanted.
  /// @param first  the number of the first of `texts`
  std::string answered(std::vector<std::string>& texts, std::int64_t first, std::int64_t from) {
    std::vector<std::string> wanted;
    std::vector<std::int64_t> ids;
    for (std::int64_t id = from; id < first + std::ssize(texts); ++id) {
      std::string& text = texts[static_cast<std::size_t>(id - first)];
      if (is_of_test(text) || is_repeated(text)) continue;
      ids.push_back(id);
      wanted.push_back(std::move(text));
    }
    const Shares shares = setup_.teacher->shares(wanted, workers_);
    const std::size_t labels = header_.labels.size();
    std::string lines;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      Target target;
      target.id = ids[i];
      target.text = std::move(wanted[i]);
      const auto row = shares.begin() + static_cast<std::ptrdiff_t>(i * labels);
      target.probabilities.assign(row, row + static_cast<std::ptrdiff_t>(labels));
      target.confidence = *std::ranges::max_element(target.probabilities);
      lines += line_of(target, header_.labels);
    }
    outcome_.lines += std::ssize(ids);
    return lines;
  }

  bool is_of_test(const std::string& text) {
    if (!setup_.test.contains(text)) return false;
    if (!setup_.leave_out) {
      throw Error(
          ErrorKind::data,
          cat("a transfer text stands in the test data: \"", text.substr(0, 60), "...\""),
          {"", 0, "transfer"},
          "take it out, or leave such out by --overlap leave-out: what a student has seen is "
          "no test");
    }
    ++outcome_.of_test;
    return true;
  }

  bool is_repeated(const std::string& text) {
    if (!setup_.without.contains(text)) return false;
    ++outcome_.repeated;
    return true;
  }

  const LabellingSetup& setup_;
  Workers& workers_;
  TargetsHeader header_;
  std::filesystem::path part_;
  LabellingOutcome outcome_;
};

}  // namespace

LabellingOutcome label(const LabellingSetup& setup, Workers& workers) {
  return Labelling(setup, workers).run();
}

}  // namespace inkling::distill
