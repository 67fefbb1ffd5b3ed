#include "inkling/formats/brat/brat.h"

#include <map>
#include <set>

#include "inkling/base/interrupt.h"
#include "inkling/base/strings.h"
#include "inkling/formats/brat/standoff.h"
#include "inkling/formats/holding.h"
#include "inkling/formats/lines.h"
#include "inkling/formats/source.h"

namespace inkling::brat {
namespace {

constexpr std::string_view kText = ".txt";
constexpr std::string_view kAnnotations = ".ann";
/// Begins the names of documents that had none, and goes on with digits.
constexpr std::string_view kUnnamed = "example-";
constexpr std::size_t kDigits = 6;

bool is_annotations(const std::string& name) {
  return name.ends_with(kAnnotations);
}

bool is_unnamed(std::string_view document) {
  return document.starts_with(kUnnamed) && document.size() >= kUnnamed.size() + kDigits &&
         document.find_first_not_of("0123456789", kUnnamed.size()) == std::string_view::npos;
}

std::string document_of(const Held& held) {
  const auto found = held.example.metadata.find(kDocument);
  if (found == held.example.metadata.end()) {
    const std::string number = std::to_string(held.number);
    const std::string zeros(number.size() < kDigits ? kDigits - number.size() : 0, '0');
    return cat(kUnnamed, zeros, number);
  }
  const std::string& name = found->second;
  if (!is_file_name(name) || is_unnamed(name) || name.ends_with(".gz"))
    throw held.cannot_hold(cat("the document's name '", name, "'"), kDocument);
  return name;
}

class Brat : public Format {
 public:
  std::string_view name() const override { return "brat"; }
  std::string_view summary() const override {
    return "a folder of texts and their annotations: NAME.txt, NAME.ann";
  }
  bool is_folder() const override { return true; }

  int recognise(const std::filesystem::path& path, std::string_view head) const override {
    constexpr int kByName = 85;
    return head.empty() && holds_file(path, is_annotations) ? kByName : 0;
  }

  std::vector<Example> read(const Source& source, const FormatOptions&) const override {
    throw Error(ErrorKind::data, "brat is a folder, this is a file",
                {.file = source.path.string()});
  }

  std::vector<Example> read_folder(const std::filesystem::path& folder,
                                   const FormatOptions& options) const override {
    std::map<std::string, std::filesystem::path> texts;
    std::map<std::string, std::filesystem::path> annotations;
    for (const auto& path : files_in(folder, [](const auto&) { return true; })) {
      const std::string name = plain_name(path);
      for (auto& [ending, found] :
           {std::pair(kText, &texts), std::pair(kAnnotations, &annotations)}) {
        if (!name.ends_with(ending)) continue;
        if (!found->emplace(name.substr(0, name.size() - ending.size()), path).second) {
          throw Error(ErrorKind::data, "is there packed and unpacked", {.file = path.string()},
                      "remove one of the two");
        }
      }
    }
    for (const auto& [name, path] : annotations) {
      if (!texts.contains(name))
        throw Error(ErrorKind::data, cat("has no text: ", name, kText, " is missing"),
                    {.file = path.string()});
    }
    std::vector<Example> examples;
    for (const auto& [name, path] : texts) {
      check_interrupt();
      const auto ann = annotations.find(name);
      if (ann == annotations.end()) {
        throw Error(ErrorKind::data, cat("has no annotations: ", name, kAnnotations, " is missing"),
                    {.file = path.string()}, "an empty file says that nothing is annotated");
      }
      std::string text = load_text(path);
      if (text.size() > static_cast<std::size_t>(options.max_record_bytes))
        throw too_long(options.max_record_bytes, {.file = path.string(), .line = 1});
      const std::string lines = load_text(ann->second);
      Example& example =
          examples.emplace_back(read_standoff(std::move(text), {ann->second, lines}, options));
      if (!is_unnamed(name)) example.metadata[kDocument] = name;
      example.origin = {path.string(), 1};
    }
    if (examples.empty()) {
      throw Error(ErrorKind::data, "the folder holds no texts", {.file = folder.string()},
                  std::string(summary()));
    }
    return examples;
  }

  std::vector<OutputFile> write(const Dataset& dataset,
                                const FormatOptions& options) const override {
    std::vector<OutputFile> files;
    std::set<std::string> names;
    for_each_held(dataset, name(), [&](const Held& held) {
      const std::string document = document_of(held);
      if (!names.insert(document).second)
        throw held.cannot_hold(cat("a second document '", document, "'"), kDocument);
      files.push_back({cat(document, kAnnotations), write_standoff(held, options)});
      files.push_back({cat(document, kText), held.example.text});
    });
    return files;
  }
};

}  // namespace

std::unique_ptr<Format> make() {
  return std::make_unique<Brat>();
}

}  // namespace inkling::brat
