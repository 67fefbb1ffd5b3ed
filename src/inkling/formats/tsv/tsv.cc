#include "inkling/formats/tsv/tsv.h"

#include "inkling/formats/table.h"

namespace inkling::tsv {
namespace {

constexpr TableShape kShape = {.format = "tsv", .separator = '\t', .quoted_by_default = false};

class Tsv : public Format {
 public:
  std::string_view name() const override { return kShape.format; }
  std::string_view summary() const override {
    return "columns separated by tabs, not quoted: text<TAB>label";
  }

  int recognise(const std::filesystem::path& path, std::string_view head) const override {
    return recognise_table(path, head, ".tsv", kShape.separator);
  }

  std::vector<Example> read(const Source& source, const FormatOptions& options) const override {
    return read_table(source, options, kShape);
  }

  std::vector<OutputFile> write(const Dataset& dataset,
                                const FormatOptions& options) const override {
    return {{"", write_table(dataset, options, kShape)}};
  }
};

}  // namespace

std::unique_ptr<Format> make() {
  return std::make_unique<Tsv>();
}

}  // namespace inkling::tsv
