#include "parse.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <map>

#include "inkling/api/distill_options.h"
#include "inkling/api/tune_options.h"
#include "inkling/base/error.h"
#include "inkling/base/progress.h"
#include "inkling/base/strings.h"

namespace inkling::cli {
namespace {

/// A flag with what its help says.
struct Shown {
  const Flag* flag;
  Field field;  ///< its value stands in `owners`
  std::string group;
};

/// Help in which a switch and a list read as they are written.
class HelpFormatter : public CLI::Formatter {
 public:
  HelpFormatter() { column_width(34); }
  std::string make_option_name(const CLI::Option* option, bool positional) const override {
    std::string name = CLI::Formatter::make_option_name(option, positional);
    const std::size_t mark = name.find("{false}");
    if (mark != std::string::npos) name.erase(mark);
    return name;
  }
  std::string make_option_opts(const CLI::Option* option) const override {
    const std::string type = option->get_type_name();
    return type.empty() ? "" : cat(" ", type);
  }
};

/// Whether the command's own options stand in a section of a configuration file.
bool is_own_section(std::string_view command) {
  return command == kTuneSection || command == kDistillSection;
}

class Parser {
 public:
  Parser(const Command& command, Output& out)
      : command_(command), out_(out), own_(command.make_options()) {
    app_.description(std::string(command.summary));
    app_.name(cat("inkling ", command.name));
    app_.set_help_flag("-h,--help", "show this");
    app_.formatter(std::make_shared<HelpFormatter>());
    app_.add_flag("--json")->description("print one JSON document, errors included");
    if (!command.sections.empty()) {
      app_.add_option("--config")
          ->description("TOML file of options by section; variables and flags go over it")
          ->type_name("FILE");
      app_.footer(
          "An option is also the variable INKLING_NAME, as INKLING_SEED for --seed; a flag goes "
          "over it.");
    }
    for (const Field& field : own_.fields()) add_own(field);
    for (const Shown& shown : section_flags()) {
      // The command's own option of this name goes before a plugin's.
      if (own_options_.contains(shown.flag->name)) continue;
      options_.emplace(shown.flag, add(cat("--", shown.flag->name), shown.field, shown.group,
                                       command.positionals.empty()));
    }
  }

  std::optional<Invocation> parse(std::vector<std::string> words) {
    std::reverse(words.begin(), words.end());
    try {
      app_.parse(words);
    } catch (const CLI::CallForHelp&) {
      out_ << CLI::detail::find_and_replace(app_.help(), "\n\n\n", "\n\n");
      return std::nullopt;
    } catch (const CLI::ExtrasError&) {
      refuse(app_.remaining());
    } catch (const CLI::ParseError& error) {
      throw Error(ErrorKind::usage, error.what(), {}, see_help());
    }
    Invocation asked{.options = own_, .file = {}, .variables = {}, .flags = {}, .out = out_};
    asked.json = app_.get_option("--json")->count() > 0;
    if (!command_.sections.empty() && app_.get_option("--config")->count() > 0) {
      asked.file = read_config(app_.get_option("--config")->results().back());
      const auto own = asked.file.find(std::string(command_.name));
      if (own != asked.file.end() && is_own_section(command_.name)) {
        set_fields(own_.fields(), own->second);
      }
    }
    read_variables(asked);
    for (const auto& [name, option] : own_options_) {
      if (option->count() > 0) set_own(name, text_of(*option));
    }
    for (const auto& [flag, option] : options_) {
      if (option->count() > 0) asked.flags.push_back({flag, text_of(*option)});
    }
    return asked;
  }

 private:
  CLI::Option* add(const std::string& name, const Field& field, const std::string& group,
                   bool greedy) {
    const std::string otherwise = field_text(field);
    const std::string help = cat(field.help, otherwise.empty() ? "" : cat(" [", otherwise, "]"));
    CLI::Option* option = nullptr;
    if (std::holds_alternative<bool*>(field.value)) {
      option = app_.add_flag(cat(name, ",!--no-", name.substr(2)))->description(help);
    } else {
      option = app_.add_option(name)->description(help);
      option->type_name(type_name(field));
      if (std::holds_alternative<std::vector<std::string>*>(field.value)) {
        // Where words have places, a list that takes all that follow would swallow them: commas
        // alone there.
        if (greedy) option->expected(1, CLI::detail::expected_max_vector_size)->allow_extra_args();
        option->take_all();
      } else {
        option->take_last();
      }
    }
    if (!group.empty()) option->group(group);
    return option;
  }

  static std::string type_name(const Field& field) {
    if (!field.constraint.choices.empty()) return join(field.constraint.choices, "|");
    if (std::holds_alternative<std::int64_t*>(field.value)) return "N";
    if (std::holds_alternative<double*>(field.value)) return "X";
    if (std::holds_alternative<std::vector<std::string>*>(field.value)) return "A,B...";
    return "TEXT";
  }

  void add_own(const Field& field) {
    const auto& places = command_.positionals;
    const bool placed = std::find(places.begin(), places.end(), field.name) != places.end();
    own_options_.emplace(field.name, add(cat(placed ? cat(field.name, ",") : "", "--", field.name),
                                         field, "", placed || places.empty()));
  }

  bool takes(const Flag& flag) const {
    return std::any_of(command_.sections.begin(), command_.sections.end(), [&](std::string_view s) {
      return s == flag.section || s == cat(flag.section, ".", flag.field);
    });
  }

  /// The flags of the command's sections with their fields, those of all plugins too.
  std::vector<Shown> section_flags() {
    std::vector<Shown> shown;
    for (const Flag& flag : config_flags()) {
      if (takes(flag)) shown.push_back({&flag, field_of(flag), group_of(flag)});
    }
    return shown;
  }

  static std::string group_of(const Flag& flag) {
    const std::string group =
        flag.plugins.empty() ? flag.section : cat(flag.section, " ", join(flag.plugins, ", "));
    return cat("[", group, "]");
  }

  const std::vector<PluginEntry>& entries_of(const std::string& section) {
    if (section == "task") return tasks_options();
    return section == "encoder" ? encoders_options() : methods_options();
  }

  Field field_of(const Flag& flag) {
    if (flag.field == "name") {
      Constraint names;
      for (const PluginEntry& entry : entries_of(flag.section)) {
        names.choices.emplace_back(entry.info.name);
      }
      std::string& value = names_[flag.section];
      value = plugin_name({}, flag.section);
      return {flag.field, &value, cat("which ", flag.section), names};
    }
    if (flag.plugins.empty()) {
      for (const ConfigSection& section : core_) {
        for (const Field& field : section.fields) {
          if (section.name == flag.section && field.name == flag.field) return field;
        }
      }
    }
    for (const PluginEntry& entry : entries_of(flag.section)) {
      if (flag.plugins.empty() || entry.info.name != flag.plugins.front()) continue;
      plugins_.push_back(entry.make_options());
      for (const Field& field : plugins_.back().fields()) {
        if (field.name == flag.field) return field;
      }
    }
    throw Error(ErrorKind::internal, cat("--", flag.name, " has no field"));
  }

  static std::string text_of(const CLI::Option& option) {
    const std::vector<std::string>& results = option.results();
    const bool all = option.get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
    return all ? join(results, ",") : results.back();
  }

  void set_own(const std::string& name, const std::string& text) {
    try {
      set_fields(own_.fields(), {{name, text}});
    } catch (const Error& error) {
      throw Error(error.kind(), error.message(),
                  {.file = {}, .line = 0, .field = cat("--", error.where().field)}, error.hint());
    }
  }

  void read_variables(Invocation& asked) {
    std::vector<std::string> unknown;
    for (GivenFlag& given : flags_in_environment(environ, unknown)) {
      if (takes(*given.flag) && !own_options_.contains(given.flag->name))
        asked.variables.push_back(std::move(given));
    }
    for (const auto& [name, option] : own_options_) {
      const char* text = std::getenv(environment_name(name).c_str());
      if (text != nullptr) set_own(name, text);
    }
    warn_of_unknown(unknown);
  }

  static void warn_of_unknown(const std::vector<std::string>& unknown) {
    std::vector<std::string> known;
    for (const Flag& flag : config_flags()) known.push_back(environment_name(flag.name));
    for (const Command& command : commands()) {
      const PluginOptions options = command.make_options();
      for (const Field& field : options.fields()) known.push_back(environment_name(field.name));
    }
    for (const std::string& name : unknown) {
      if (std::find(known.begin(), known.end(), name) != known.end()) continue;
      const std::string near = nearest(name, known);
      log_warning(cat("the variable ", name, " means nothing",
                      near.empty() ? "" : cat(" (did you mean ", near, "?)")));
    }
  }

  std::string see_help() const { return cat("see inkling ", command_.name, " --help"); }

  [[noreturn]] void refuse(const std::vector<std::string>& extras) const {
    for (const std::string& extra : extras) {
      if (!extra.starts_with('-') || extra == "-") continue;
      const std::string name = extra.substr(0, extra.find('='));
      std::vector<std::string> known = {"--json", "--help"};
      if (!command_.sections.empty()) known.emplace_back("--config");
      for (const auto& [flag, option] : options_) known.push_back(cat("--", flag->name));
      for (const auto& [own, option] : own_options_) known.push_back(cat("--", own));
      const std::string near = nearest(name.starts_with("--") ? name : cat("-", name), known);
      throw Error(ErrorKind::usage, cat("there is no option ", name),
                  {.file = {}, .line = 0, .field = name},
                  near.empty() ? see_help() : cat("did you mean ", near, "?"));
    }
    throw Error(ErrorKind::usage, cat("too many words: '", extras.front(), "'"), {}, see_help());
  }

  const Command& command_;
  Output& out_;
  CLI::App app_;
  PluginOptions own_;
  RunConfig defaults_;
  std::vector<ConfigSection> core_ = sections_of(defaults_);
  std::vector<PluginOptions> plugins_;
  std::map<std::string, std::string> names_;
  std::map<std::string, CLI::Option*> own_options_;
  std::map<const Flag*, CLI::Option*> options_;
};

}  // namespace

std::optional<Invocation> parse(const Command& command, const std::vector<std::string>& words,
                                Output& out) {
  return Parser(command, out).parse(words);
}

}  // namespace inkling::cli
