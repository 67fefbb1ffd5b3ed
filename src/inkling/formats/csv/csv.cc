#include "inkling/formats/csv/csv.h"

#include "inkling/formats/table.h"

namespace inkling::csv {
namespace {

constexpr TableShape kShape = {.format = "csv", .separator = ',', .quoted_by_default = true};

class Csv : public Format {
 public:
  std::string_view name() const override { return kShape.format; }
  std::string_view summary() const override {
    return "columns separated by commas, quoted as RFC 4180: text,label";
  }

  int recognise(const std::filesystem::path& path, std::string_view head) const override {
    return recognise_table(path, head, ".csv", kShape.separator);
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
  return std::make_unique<Csv>();
}

}  // namespace inkling::csv
