#include "inkling/formats/format.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>

#include "inkling/base/error.h"
#include "inkling/base/file.h"
#include "inkling/base/interrupt.h"
#include "inkling/base/strings.h"
#include "inkling/base/temporary_folder.h"
#include "inkling/formats/archive.h"
#include "inkling/formats/gzip.h"
#include "inkling/formats/holding.h"
#include "inkling/formats/source.h"

namespace inkling {
namespace {

constexpr std::size_t kHead = 1 << 16;

std::vector<std::string> format_names() {
  std::vector<std::string> names;
  for (const auto& format : all_formats()) names.emplace_back(format->name());
  return names;
}

/// `path` as formats know it: without ".gz" and without a slash at its end.
std::filesystem::path plain_path(const std::filesystem::path& path) {
  const std::filesystem::path whole = path.has_filename() ? path : path.parent_path();
  return whole.parent_path() / plain_name(whole);
}

/// The format that is surest of `path`, or null.
const Format* recognised(const std::filesystem::path& path, std::string_view head) {
  const Format* best = nullptr;
  int best_score = 0;
  for (const auto& format : all_formats()) {
    const int score = format->recognise(path, head.substr(0, kHead));
    if (score > best_score) {
      best = format.get();
      best_score = score;
    }
  }
  return best;
}

/// @param kind  of the error where nothing tells the format
const Format& choose(const std::filesystem::path& path, std::string_view head,
                     const FormatOptions& options, ErrorKind kind = ErrorKind::data) {
  if (options.format != "auto") return format_named(options.format);
  if (const Format* format = recognised(path, head)) return *format;
  throw Error(kind, "the format is not recognised", {.file = name_of(path)},
              cat("name it with --format: ", join(format_names(), ", ")));
}

Error no_examples(const std::filesystem::path& path) {
  return Error(ErrorKind::data, "holds no examples", {.file = name_of(path)});
}

std::vector<Example> read_file_of(const std::filesystem::path& path, const FormatOptions& options) {
  const std::string text = load_text(path);
  if (text.empty()) throw Error(ErrorKind::data, "is empty", {.file = name_of(path)});
  const Format& format = choose(path == "-" ? path : plain_path(path), text, options);
  if (format.is_folder()) {
    throw Error(ErrorKind::data, cat(format.name(), " is a folder, this is a file"),
                {.file = name_of(path)});
  }
  return format.read({name_of(path), text}, options);
}

bool is_folder(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::is_directory(path, ignored);
}

std::vector<Example> read_path(const std::filesystem::path& path, const FormatOptions& options) {
  if (path == "-" || !is_folder(path)) return read_file_of(path, options);
  return choose(path, "", options).read_folder(path, options);
}

/// What lies in an archive, under the names that it has there.
std::vector<Example> read_archive(const std::filesystem::path& path, const FormatOptions& options) {
  const UnpackedArchive archive(path);
  try {
    std::vector<Example> examples = read_path(archive.data(), options);
    for (Example& example : examples) example.origin.file = archive.shown(example.origin.file);
    return examples;
  } catch (const Error& error) {
    Where where = error.where();
    where.file = archive.shown(where.file);
    throw Error(error.kind(), error.message(), where, error.hint());
  }
}

// ---- writing

void write_standard_output(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(STDOUT_FILENO, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0 && errno == EPIPE) throw ClosedPipe();
    if (put < 0) {
      throw Error(ErrorKind::io, cat("cannot be written: ", std::strerror(errno)),
                  {.file = "standard output"});
    }
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
}

/// Writes below a folder that is not published yet: no sync, no temporary name.
void write_below(const std::filesystem::path& folder, const OutputFile& file) {
  const std::filesystem::path path = folder / file.path;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream out(path, std::ios::binary);
  const std::string bytes = bytes_of(file.bytes);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  out.close();
  if (!out) {
    throw Error(ErrorKind::io, cat("cannot be written: ", std::strerror(errno)),
                {.file = path.string()}, "check the permissions and the space on the disk");
  }
}

void write_folder(const std::vector<OutputFile>& files, const std::filesystem::path& path,
                  const Format& format) {
  if (path == "-" || path.extension() == ".gz") {
    throw Error(ErrorKind::usage, cat(format.name(), " makes a folder of these examples"),
                {.file = path.string()}, "name a new folder to write to");
  }
  const std::filesystem::path target = path.has_filename() ? path : path.parent_path();
  if (std::filesystem::exists(target)) {
    throw Error(ErrorKind::io, "is already there", {.file = target.string()},
                "name a new folder, or remove this one");
  }
  const TemporaryFolder work(target);
  const std::filesystem::path made = work.path() / "made";
  try {
    for (const OutputFile& file : files) {
      check_interrupt();
      write_below(made, file);
    }
  } catch (const std::filesystem::filesystem_error& error) {
    throw Error(ErrorKind::io, cat("cannot be written: ", error.code().message()),
                {.file = target.string()});
  }
  publish_folder(made, target);
}

void write_one(const OutputFile& file, const std::filesystem::path& path) {
  const std::string bytes = bytes_of(file.bytes);
  if (path == "-")
    write_standard_output(bytes);
  else
    write_file(path, path.extension() == ".gz" ? gzip(bytes) : bytes);
}

}  // namespace

const Format& format_named(std::string_view name) {
  for (const auto& format : all_formats()) {
    if (format->name() == name) return *format;
  }
  throw Error(ErrorKind::usage, cat("unknown format '", name, "'"), {.field = "format"},
              known_names_hint(name, format_names()));
}

std::vector<Example> Format::read_folder(const std::filesystem::path& folder,
                                         const FormatOptions& options) const {
  const auto files = files_in(folder, [&](const std::filesystem::path& file) {
    return recognise(plain_path(file), "") > 0;
  });
  if (files.empty()) {
    throw Error(ErrorKind::data, cat("the folder holds no file that is named as ", name(), " is"),
                {.file = folder.string()}, std::string(summary()));
  }
  std::vector<Example> examples;
  for (std::size_t i = 0; i < files.size(); ++i) {
    check_interrupt();
    if (i > 0 && plain_name(files[i]) == plain_name(files[i - 1])) {
      throw Error(ErrorKind::data, "is there packed and unpacked", {.file = files[i].string()},
                  "remove one of the two");
    }
    const std::string text = load_text(files[i]);
    if (text.empty()) throw Error(ErrorKind::data, "is empty", {.file = files[i].string()});
    auto found = read({files[i], text}, options);
    std::move(found.begin(), found.end(), std::back_inserter(examples));
  }
  return examples;
}

Dataset read_dataset(const std::filesystem::path& path, const FormatOptions& options) {
  Dataset dataset;
  const bool archive = is_archive(path);
  try {
    dataset.examples = archive ? read_archive(path, options) : read_path(path, options);
  } catch (const std::filesystem::filesystem_error& error) {
    throw Error(ErrorKind::io, cat("cannot be read: ", error.code().message()),
                {.file = error.path1().string()});
  }
  if (dataset.examples.empty()) throw no_examples(path);
  dataset.name = path == "-" ? name_of(path)
                 : archive   ? archive_name(path)
                             : plain_path(path).stem().string();
  return dataset;
}

void write_dataset(const Dataset& dataset, const std::filesystem::path& path,
                   const FormatOptions& options) {
  const Format& format = choose(plain_path(path), "", options, ErrorKind::usage);
  require_holdable(dataset, format.name());
  const std::vector<OutputFile> files = format.write(dataset, options);
  if (files.size() == 1 && files.front().path.empty())
    write_one(files.front(), path);
  else
    write_folder(files, path, format);
}

}  // namespace inkling
