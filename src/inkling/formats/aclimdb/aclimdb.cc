#include "inkling/formats/aclimdb/aclimdb.h"

#include <algorithm>
#include <set>
#include <system_error>
#include <tuple>

#include "inkling/base/interrupt.h"
#include "inkling/base/strings.h"
#include "inkling/formats/aclimdb/review_name.h"
#include "inkling/formats/holding.h"
#include "inkling/formats/lines.h"
#include "inkling/formats/source.h"

namespace inkling::aclimdb {
namespace {

constexpr const char* kSplit = "split";

bool is_folder(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::is_directory(path, ignored);
}

bool has_reviews(const std::filesystem::path& folder) {
  return is_folder(folder / "pos") || is_folder(folder / "neg");
}

struct ReviewFile {
  std::filesystem::path path;
  ReviewName name;
};

/// The reviews of a folder by id. Hidden files are no reviews.
std::vector<ReviewFile> reviews_of(const std::filesystem::path& folder) {
  std::vector<ReviewFile> reviews;
  if (!is_folder(folder)) return reviews;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string file = entry.path().filename().string();
    if (file.starts_with('.')) continue;
    const auto name = parse_name(file);
    if (!name) {
      throw Error(ErrorKind::data, "the file is not named ID_STARS.txt",
                  {.file = entry.path().string()}, "a review is named as 127_8.txt is");
    }
    reviews.push_back({entry.path(), *name});
  }
  std::sort(reviews.begin(), reviews.end(), [](const ReviewFile& a, const ReviewFile& b) {
    if (a.name.id != b.name.id) return number_less(a.name.id, b.name.id);
    return number_less(a.name.stars, b.name.stars);
  });
  return reviews;
}

Example example_of(const ReviewFile& review, const std::string& label, const std::string& split,
                   const FormatOptions& options) {
  Example example;
  example.text = load_text(review.path);
  example.origin = {review.path.string(), 1};
  if (example.text.size() > static_cast<std::size_t>(options.max_record_bytes))
    throw too_long(options.max_record_bytes, {.file = review.path.string(), .line = 1});
  example.label = label;
  example.metadata = {{"id", review.name.id}, {"stars", review.name.stars}};
  if (!split.empty()) example.attributes = {{kSplit, split}};
  return example;
}

/// The file of an example below the folder that is written.
std::string path_of(const Held& held) {
  const auto& [id, stars] =
      std::tuple(value_of(held.example.metadata, "id"), value_of(held.example.metadata, "stars"));
  const std::string name = write_name({std::string(id), std::string(stars)});
  if (!parse_name(name)) {
    throw held.cannot_hold("an example without a number as id and as stars", "id",
                           "it needs metadata 'id' and 'stars'");
  }
  const auto& label = held.example.label;
  if (label != "pos" && label != "neg") {
    throw held.cannot_hold(label ? cat("the label '", *label, "'") : "an example without a label",
                           "label", "its labels are pos and neg");
  }
  const std::string_view split = value_of(held.example.attributes, kSplit);
  if (held.example.attributes.contains(kSplit) && split != "train" && split != "test")
    throw held.cannot_hold(cat("the split '", split, "'"), kSplit, "its splits are train and test");
  return cat(split, split.empty() ? "" : "/", *label, "/", name);
}

class AclImdb : public Format {
 public:
  std::string_view name() const override { return "aclimdb"; }
  std::string_view summary() const override {
    return "a folder {pos,neg}/ID_STARS.txt, or {train,test}/{pos,neg}/ID_STARS.txt";
  }
  bool is_folder() const override { return true; }

  int recognise(const std::filesystem::path& path, std::string_view head) const override {
    constexpr int kSure = 98;
    if (!head.empty()) return 0;
    return has_reviews(path) || has_reviews(path / "train") || has_reviews(path / "test") ? kSure
                                                                                          : 0;
  }

  std::vector<Example> read(const Source& source, const FormatOptions&) const override {
    throw Error(ErrorKind::data, "aclimdb is a folder, this is a file",
                {.file = source.path.string()});
  }

  std::vector<Example> read_folder(const std::filesystem::path& folder,
                                   const FormatOptions& options) const override {
    std::vector<Example> examples;
    const bool split_below = !has_reviews(folder);
    for (const std::string split : {"test", "train"}) {
      if (!split_below && split == "train") break;
      const std::string below = split_below ? split : "";
      for (const std::string label : {"neg", "pos"}) {
        for (const ReviewFile& review : reviews_of(folder / below / label)) {
          check_interrupt();
          examples.push_back(example_of(review, label, below, options));
        }
      }
    }
    if (examples.empty()) {
      throw Error(ErrorKind::data, "the folder holds no reviews", {.file = folder.string()},
                  std::string(summary()));
    }
    return examples;
  }

  std::vector<OutputFile> write(const Dataset& dataset, const FormatOptions&) const override {
    std::vector<OutputFile> files;
    std::set<std::string> paths;
    for_each_held(dataset, name(), [&](const Held& held) {
      held.require_plain();
      held.require_attributes({kSplit});
      held.require_metadata({"id", "stars"});
      const std::string path = path_of(held);
      if (held.example.attributes.empty() != dataset.examples.front().attributes.empty())
        throw held.cannot_hold("examples with and without a split together", kSplit);
      if (!paths.insert(path).second)
        throw held.cannot_hold(cat("a second example for the file ", path), "id");
      files.push_back({path, held.example.text});
    });
    return files;
  }
};

}  // namespace

std::unique_ptr<Format> make() {
  return std::make_unique<AclImdb>();
}

}  // namespace inkling::aclimdb
