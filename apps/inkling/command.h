// What a command of the command line is: its options, what it does, how its result reads.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "inkling/api/flags.h"
#include "inkling/api/run_config.h"
#include "output.h"

namespace inkling::cli {

/// The exit code after Ctrl-C.
constexpr int kInterruptedCode = 130;

/// What the user asked a command for.
struct Invocation {
  PluginOptions options;  ///< the command's own, set
  ConfigValues file;      ///< of --config
  std::vector<GivenFlag> variables;
  std::vector<GivenFlag> flags;
  bool json = false;
  Output& out;

  /// The configuration on top of `base`: defaults or a model's, then the file, variables and flags.
  RunConfig config(const ConfigValues& base = {}) const {
    return config_with_flags(merged(base, file), variables, flags);
  }

  /// What train.start is asked to be; "" where it is not given.
  std::string start() const;
  /// `base` with the options in which a training has to agree with what it starts at, so that these
  /// need not be given again.
  ConfigValues started(const ConfigValues& base) const;
};

struct Command {
  std::string_view name;     ///< "train", "data list"
  std::string_view summary;  ///< one line
  /// Sections of the configuration whose options are flags: "train", or one option as "train.seed".
  std::vector<std::string_view> sections;
  /// The command's own options.
  PluginOptions (*make_options)();
  /// Those of its own options that may be given by place; a list takes all that are left.
  std::vector<std::string_view> positionals;
  /// Does the work. The result is what --json prints; null where the command has written its output
  /// itself.
  nlohmann::json (*run)(const Invocation&);
  /// The result for people; null where the command has written that itself.
  void (*print)(const nlohmann::json& result, Output& out);
  /// The exit code of a result, where it is not always 0.
  int (*status)(const nlohmann::json& result) = nullptr;
};

/// A command without options of its own.
struct NoOptions {
  template <class Visitor>
  void fields(Visitor&) {}
};

/// All commands in the order of the help. Each is defined in a file of its name.
const std::vector<Command>& commands();

/// @throws Error usage when an option that the command cannot do without is empty
void require(std::string_view value, std::string_view flag, std::string_view hint);

}  // namespace inkling::cli
