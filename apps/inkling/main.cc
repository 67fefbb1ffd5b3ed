// The command line: finds the command, runs it, turns every fault into a message and an exit code.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <iostream>
#include <new>

#include "command.h"
#include "inkling/base/error.h"
#include "inkling/base/interrupt.h"
#include "inkling/base/strings.h"
#include "parse.h"
#include "table.h"

namespace inkling::cli {
namespace {

void print_help(Output& out) {
  out << "inkling learns from many small language tasks how to learn the next from a few labelled "
         "texts.\n\n";
  Table table({"", ""});
  for (const Command& command : commands()) {
    table.row({cat("  inkling ", command.name), std::string(command.summary)});
  }
  table.print(out);
  out << "\ninkling COMMAND --help shows the options of a command; --json makes its result one "
         "JSON "
         "document.\n";
}

/// The command that `words` begin with; removes its name from them.
const Command& find_command(std::vector<std::string>& words) {
  std::vector<std::string> names;
  for (const Command& command : commands()) {
    const auto parts = split(command.name, ' ');
    if (words.size() >= parts.size() && std::equal(parts.begin(), parts.end(), words.begin())) {
      words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(parts.size()));
      return command;
    }
    names.emplace_back(command.name);
  }
  const bool is_data = words[0] == "data";
  if (is_data && words.size() == 1) {
    throw Error(ErrorKind::usage, "data needs a command after it", {}, "see inkling --help");
  }
  const std::string asked = is_data ? cat("data ", words[1]) : words[0];
  const std::string near = nearest(asked, names);
  throw Error(ErrorKind::usage, cat("there is no command '", asked, "'"), {},
              near.empty() ? "see inkling --help" : cat("did you mean '", near, "'?"));
}

/// @return  the exit code
int run(std::vector<std::string> words, Output& out) {
  if (words.empty()) {
    throw Error(ErrorKind::usage, "no command given", {}, "see inkling --help");
  }
  // `inkling help COMMAND` is as good as `inkling COMMAND --help`.
  if (words[0] == "help" && words.size() > 1) {
    words.erase(words.begin());
    words.emplace_back("--help");
  }
  const std::string& last = words[0] == "data" && words.size() == 2 ? words[1] : words[0];
  if (last == "--help" || last == "-h" || last == "help") {
    print_help(out);
    return 0;
  }
  if (last == "--version") {
    out << "inkling " << INKLING_VERSION << "\n";
    return 0;
  }
  // `inkling --json COMMAND` is as good as `inkling COMMAND --json`.
  if (words[0] == "--json" && words.size() > 1) {
    std::rotate(words.begin(), words.begin() + 1, words.end());
  }
  const Command& command = find_command(words);
  const std::optional<Invocation> asked = parse(command, words, out);
  if (!asked) return 0;
  const nlohmann::json result = command.run(*asked);
  if (result.is_null()) return 0;
  if (asked->json) {
    out << result.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
  } else if (command.print != nullptr) {
    command.print(result, out);
  }
  return command.status == nullptr ? 0 : command.status(result);
}

nlohmann::json error_document(const char* kind, const std::string& message, const Where& where = {},
                              const std::string& hint = {}) {
  nlohmann::json place = nlohmann::json::object();
  if (!where.file.empty()) place["file"] = where.file;
  if (where.line > 0) place["line"] = where.line;
  if (!where.field.empty()) place["field"] = where.field;
  return {{"error", {{"kind", kind}, {"message", message}, {"where", place}, {"hint", hint}}}};
}

/// Says what went wrong, as a document on standard output or as a line on standard error.
void report(const nlohmann::json& document, const std::string& line, bool json, Output& out) {
  if (!json) {
    std::cerr << "inkling: error: " << line << "\n";
    return;
  }
  try {
    out << document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
    out.flush();
  } catch (const std::exception&) {
    std::cerr << "inkling: error: " << line << "\n";
  }
}

int guarded(const std::vector<std::string>& words) {
  const bool json = std::find(words.begin(), words.end(), "--json") != words.end();
  Output out;
  try {
    const int code = run(words, out);
    out.flush();
    return code;
  } catch (const ClosedPipe&) {
    return 0;
  } catch (const Interrupted&) {
    report(error_document("interrupted", "interrupted"), "interrupted", json, out);
    return kInterruptedCode;
  } catch (const Error& error) {
    report(error_document(to_string(error.kind()), error.message(), error.where(), error.hint()),
           error.what(), json, out);
    return exit_code(error.kind());
  } catch (const std::filesystem::filesystem_error& error) {
    const Error io(ErrorKind::io, error.code().message(), {.file = error.path1().string()});
    report(error_document("io", io.message(), io.where()), io.what(), json, out);
    return exit_code(ErrorKind::io);
  } catch (const std::bad_alloc&) {
    const std::string message = "out of memory";
    report(error_document("internal", message), message, json, out);
    return exit_code(ErrorKind::internal);
  } catch (const std::exception& error) {
    report(error_document("internal", error.what()), error.what(), json, out);
    return exit_code(ErrorKind::internal);
  }
}

}  // namespace
}  // namespace inkling::cli

int main(int count, char** words) {
  inkling::install_signal_handlers();
  return inkling::cli::guarded({words + 1, words + count});
}
