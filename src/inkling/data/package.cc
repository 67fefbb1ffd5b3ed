#include "inkling/data/package.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>

#include "inkling/base/error.h"
#include "inkling/base/file.h"
#include "inkling/base/interrupt.h"
#include "inkling/base/strings.h"

extern char** environ;

namespace inkling {
namespace {

constexpr const char* kLog = "tool.log";
constexpr std::uint64_t kMaxLogBytes = 16 << 20;
constexpr std::size_t kShownBytes = 600;

struct Ran {
  bool found = false;  ///< the program was there
  bool succeeded = false;
  std::string output;
};

/// Waits in short steps, so that Ctrl-C ends the child too.
int wait_for(pid_t child) {
  int status = 0;
  for (;;) {
    const pid_t ended = ::waitpid(child, &status, WNOHANG);
    if (ended == child) return status;
    if (ended < 0 && errno != EINTR) throw Error(ErrorKind::internal, "a child process was lost");
    if (interrupt_requested()) {
      ::kill(child, SIGTERM);
      ::waitpid(child, &status, 0);
      throw Interrupted();
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

/// Runs a program found on PATH in `folder`, without a shell.
Ran run(const std::vector<std::string>& words, const std::filesystem::path& folder) {
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  const std::string log = (folder / kLog).string();
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.c_str(),
                                     O_WRONLY | O_CREAT | O_TRUNC, 0644);
  ::posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  ::posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  pid_t child = 0;
  const int failed =
      ::posix_spawnp(&child, words.front().c_str(), &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (failed == ENOENT || failed == EACCES) return {};
  if (failed != 0) {
    throw Error(ErrorKind::io, cat("cannot be started: ", std::strerror(failed)),
                {.file = words.front()});
  }
  const int status = wait_for(child);
  return {true, WIFEXITED(status) && WEXITSTATUS(status) == 0, read_file(log, kMaxLogBytes)};
}

std::string last_words(const std::string& output) {
  const std::string_view text = trim(output);
  return std::string(text.substr(text.size() - std::min(text.size(), kShownBytes)));
}

/// The one archive that a tool left in `folder`.
std::filesystem::path archive_in(const std::filesystem::path& folder, const std::string& package) {
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(".tar.gz") || name.ends_with(".tgz") || name.ends_with(".zip"))
      return entry.path();
  }
  throw Error(ErrorKind::io, cat("no archive of ", package, " arrived"), {.file = folder.string()});
}

[[noreturn]] void fail_missing(const std::string& tool, const std::string& install,
                               const std::string& package) {
  throw Error(ErrorKind::io,
              cat(tool, " is needed to fetch the package ", package, " and is not installed"), {},
              cat(install, ", or give a copy you have with --from FILE"));
}

[[noreturn]] void fail_run(const std::string& tool, const std::string& package, const Ran& ran) {
  throw Error(ErrorKind::io, cat(tool, " could not fetch ", package, ": ", last_words(ran.output)),
              {}, "check the network, or give a copy you have with --from FILE");
}

}  // namespace

std::filesystem::path fetch_pip(const std::string& package, const std::string& sha256,
                                const std::filesystem::path& folder) {
  const std::string name = package.substr(0, package.find("=="));
  const std::string hash = sha256.empty() ? "" : cat(" --hash=sha256:", sha256);
  write_file(folder / "requirements.txt", cat(package, hash, "\n"));
  const std::vector<std::string> download = {"download",
                                             "--no-deps",
                                             "--no-binary",
                                             name,
                                             "--dest",
                                             ".",
                                             "--disable-pip-version-check",
                                             "-r",
                                             "requirements.txt"};
  for (std::vector<std::string> tool :
       {std::vector<std::string>{"python3", "-m", "pip"}, {"pip3"}, {"pip"}}) {
    tool.insert(tool.end(), download.begin(), download.end());
    const Ran ran = run(tool, folder);
    if (ran.succeeded) return archive_in(folder, package);
    if (ran.found && ran.output.find("No module named pip") == std::string::npos)
      fail_run("pip", package, ran);
  }
  fail_missing("pip", "sudo apt-get install python3-pip", package);
}

std::filesystem::path fetch_npm(const std::string& package, const std::filesystem::path& folder) {
  const Ran ran = run({"npm", "pack", "--ignore-scripts", "--loglevel=error", package}, folder);
  if (!ran.found) fail_missing("npm", "sudo apt-get install npm", package);
  if (!ran.succeeded) fail_run("npm", package, ran);
  return archive_in(folder, package);
}

}  // namespace inkling
