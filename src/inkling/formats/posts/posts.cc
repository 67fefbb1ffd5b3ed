#include "inkling/formats/posts/posts.h"

#include <algorithm>
#include <array>

#include "inkling/base/strings.h"
#include "inkling/formats/holding.h"

namespace inkling::posts {
namespace {

constexpr const char* kPlain = "jsonl";

bool quotes(std::string_view line) {
  constexpr std::array<std::string_view, 4> kAtStart = {"In article", "Quoted from", "|", ">"};
  constexpr std::array<std::string_view, 5> kAnywhere = {"writes in",
                                                         "writes:", "wrote:", "says:", "said:"};
  return std::ranges::any_of(kAtStart, [&](auto mark) { return line.starts_with(mark); }) ||
         std::ranges::any_of(kAnywhere,
                             [&](auto mark) { return line.find(mark) != std::string_view::npos; });
}

/// Of spaces and hyphens alone.
bool ends_a_text(std::string_view line) {
  const std::string_view bare = trim(line);
  return bare.find_first_not_of('-') == std::string_view::npos;
}

class Posts : public Format {
 public:
  std::string_view name() const override { return "posts"; }
  std::string_view summary() const override {
    return "jsonl of newsgroup posts, read without their headers, quotes and signatures";
  }
  /// Nothing in a file tells that it is to be read so: the format is asked for.
  int recognise(const std::filesystem::path&, std::string_view) const override { return 0; }

  std::vector<Example> read(const Source& source, const FormatOptions& options) const override {
    std::vector<Example> examples = format_named(kPlain).read(source, options);
    for (Example& example : examples) {
      if (!example.tokens.empty()) {
        throw Error(ErrorKind::data, "a post has no tokens: they would be of another text",
                    {example.origin.file, example.origin.line, "tokens"}, "use --format jsonl");
      }
      example.text = own_words(example.text);
    }
    return examples;
  }

  std::vector<OutputFile> write(const Dataset& dataset,
                                const FormatOptions& options) const override {
    Dataset posts = dataset;
    for_each_held(dataset, name(), [&](const Held& held) {
      held.require_plain();
      std::string& text = posts.examples[static_cast<std::size_t>(held.number - 1)].text;
      // An empty header and an empty signature.
      text = cat("\n\n", held.example.text, "\n--");
      if (own_words(text) != held.example.text) {
        throw held.cannot_hold("an empty text, one with space around it, or one that quotes",
                               "text", "use --format jsonl");
      }
    });
    return format_named(kPlain).write(posts, options);
  }
};

}  // namespace

std::string own_words(std::string_view post) {
  const std::size_t blank = post.find("\n\n");
  if (blank == std::string_view::npos) return "";
  const std::string_view body = post.substr(blank + 2);
  std::vector<std::string_view> lines = split(trim(body), '\n');
  std::size_t end = lines.size();
  while (end > 0 && !ends_a_text(lines[end - 1])) --end;
  if (end < 2) {
    // Nothing ends it, or its first line does.
    lines = split(body, '\n');
  } else {
    lines.resize(end - 1);
  }
  std::erase_if(lines, quotes);
  std::string own;
  for (std::size_t i = 0; i < lines.size(); ++i) own += cat(i == 0 ? "" : "\n", lines[i]);
  return own;
}

std::unique_ptr<Format> make() {
  return std::make_unique<Posts>();
}

}  // namespace inkling::posts
