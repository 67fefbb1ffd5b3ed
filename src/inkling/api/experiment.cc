// Experiment files: what to train and evaluate, and the numbers that must come out.
#include <algorithm>

#include "inkling/api/config_file.h"
#include "inkling/api/run_config.h"
#include "inkling/base/error.h"
#include "inkling/base/file.h"
#include "inkling/base/strings.h"
#include "inkling/config/fields.h"

namespace inkling {
namespace {

/// The keys of one table, read as fields; what is read is known, everything else is refused.
class Keys {
 public:
  Keys(const TomlNode& table, std::string file) : table_(table), file_(std::move(file)) {}

  template <class T>
  void operator()(const std::string& name, T& value, Constraint constraint = {}) {
    known_.push_back(name);
    const TomlNode* node = find(name, TomlNode::Kind::value);
    if (node == nullptr) return;
    try {
      set_field({name, &value, {}, std::move(constraint)}, node->text);
    } catch (const Error& error) {
      throw Error(error.kind(), error.message(), at(*node, name), error.hint());
    }
  }

  const TomlNode* find(const std::string& name, TomlNode::Kind kind) {
    known_.push_back(name);
    const auto found = table_.children.find(name);
    if (found == table_.children.end()) return nullptr;
    if (found->second.kind != kind) {
      const char* form = kind == TomlNode::Kind::value ? "must be a value"
                         : kind == TomlNode::Kind::table
                             ? "must be a table, as { op = \">=\", ... }"
                             : "must be tables, as [[setting]]";
      throw Error(ErrorKind::usage, form, at(found->second, name));
    }
    return &found->second;
  }

  void require(const std::string& name) const {
    if (table_.children.contains(name)) return;
    throw Error(ErrorKind::usage, cat("has no '", name, "'"),
                {.file = file_, .line = table_.line, .field = name});
  }

  /// @throws Error for a key that nobody asked for
  void refuse_others() const {
    for (const auto& [name, node] : table_.children) {
      if (std::find(known_.begin(), known_.end(), name) == known_.end()) {
        throw Error(ErrorKind::usage, "is not known here", at(node, name),
                    known_names_hint(name, known_));
      }
    }
  }

  const std::vector<std::string>& known() const { return known_; }
  Where at(const TomlNode& node, const std::string& name) const {
    return {.file = file_, .line = node.line, .field = name};
  }

 private:
  const TomlNode& table_;
  std::string file_;
  std::vector<std::string> known_;
};

Goal read_goal(const TomlNode& table, const std::string& name, const std::string& file) {
  Keys keys(table, file);
  Goal goal;
  keys("op", goal.op, one_of({">=", "<=", "beats", "not worse"}));
  keys("value", goal.value);
  keys("versus", goal.versus);
  keys("margin", goal.margin);
  keys("beyond_interval", goal.beyond_interval);
  keys.refuse_others();
  keys.require("op");
  const bool compares = goal.op == "beats" || goal.op == "not worse";
  keys.require(compares ? "versus" : "value");
  for (const char* key : {"versus", "margin", "beyond_interval"}) {
    const auto found = table.children.find(key);
    if (!compares && found != table.children.end()) {
      throw Error(ErrorKind::usage, cat("means nothing beside op = \"", goal.op, "\""),
                  keys.at(found->second, cat(name, ".", key)));
    }
  }
  const auto value = table.children.find("value");
  if (compares && value != table.children.end()) {
    throw Error(ErrorKind::usage, cat("means nothing beside op = \"", goal.op, "\""),
                keys.at(value->second, cat(name, ".value")), "use versus and margin");
  }
  return goal;
}

Setting read_setting(const TomlNode& table, const ConfigValues& base, const std::string& file,
                     const ConfigLines& base_lines) {
  Keys keys(table, file);
  Setting setting;
  keys("name", setting.name);
  keys("metric", setting.metric);
  keys("known", setting.known);
  keys("mean-of", setting.mean_of);
  keys("worst-of", setting.worst_of);
  keys("difference-of", setting.difference_of);
  const int summaries = static_cast<int>(!setting.mean_of.empty()) +
                        static_cast<int>(!setting.worst_of.empty()) +
                        static_cast<int>(!setting.difference_of.empty());
  if (summaries > 1) {
    throw Error(ErrorKind::usage, "has more than one of mean-of, worst-of and difference-of",
                {.file = file, .line = table.line, .field = "metric"});
  }
  if (const auto* must = keys.find("must", TomlNode::Kind::table)) {
    setting.must = read_goal(*must, "must", file);
  }
  if (const auto* aim = keys.find("aim", TomlNode::Kind::table)) {
    setting.aim = read_goal(*aim, "aim", file);
  }
  keys.require("name");
  keys.require("metric");
  if (table.children.contains("difference-of")) {
    const Where at = keys.at(table.children.at("difference-of"), "difference-of");
    if (setting.difference_of.size() != 2) {
      throw Error(ErrorKind::usage, "must name two settings", at, "[\"this\", \"less this\"]");
    }
  }
  ConfigLines lines = base_lines;
  setting.overrides = sections_in(table, keys.known(), file, lines);
  checked_config(merged(base, setting.overrides), file, lines);
  return setting;
}

/// Settings have names of their own, and goals compare with settings or baselines that there are.
void check_names(const Experiment& experiment, const TomlNode& settings, const std::string& file) {
  std::vector<std::string> known = kBaselines;
  for (std::size_t i = 0; i < experiment.settings.size(); ++i) {
    const std::string& name = experiment.settings[i].name;
    if (std::find(known.begin(), known.end(), name) != known.end()) {
      throw Error(ErrorKind::usage, cat("two settings or baselines are named '", name, "'"),
                  {.file = file, .line = settings.items[i].line, .field = "name"});
    }
    const auto check = [&](const std::vector<std::string>& names, const char* field) {
      for (const std::string& of : names) {
        const auto before = experiment.settings.begin() + static_cast<std::ptrdiff_t>(i);
        if (std::find_if(experiment.settings.begin(), before,
                         [&](const Setting& s) { return s.name == of; }) != before) {
          continue;
        }
        throw Error(ErrorKind::usage, cat("no setting before this one is named '", of, "'"),
                    {.file = file, .line = settings.items[i].line, .field = field});
      }
    };
    check(experiment.settings[i].mean_of, "mean-of");
    check(experiment.settings[i].worst_of, "worst-of");
    check(experiment.settings[i].difference_of, "difference-of");
    known.push_back(name);
  }
  for (std::size_t i = 0; i < experiment.settings.size(); ++i) {
    for (const auto& goal : {experiment.settings[i].must, experiment.settings[i].aim}) {
      if (!goal || goal->versus.empty()) continue;
      if (std::find(known.begin(), known.end(), goal->versus) != known.end()) continue;
      throw Error(ErrorKind::usage, cat("there is no setting or baseline '", goal->versus, "'"),
                  {.file = file, .line = settings.items[i].line, .field = "versus"},
                  known_names_hint(goal->versus, known));
    }
  }
}

std::vector<std::int64_t> read_seeds(Keys& keys, const TomlNode& root) {
  std::vector<std::string> texts = {"0"};
  keys("seeds", texts);
  std::vector<std::int64_t> seeds;
  for (const std::string& text : texts) {
    std::int64_t seed = 0;
    try {
      set_field({"seeds", &seed, {}, between(0, 9e15)}, text);
    } catch (const Error& error) {
      throw Error(error.kind(), error.message(), keys.at(root.children.at("seeds"), "seeds"));
    }
    seeds.push_back(seed);
  }
  if (seeds.empty()) {
    throw Error(ErrorKind::usage, "is empty", keys.at(root.children.at("seeds"), "seeds"));
  }
  return seeds;
}

}  // namespace

Experiment parse_experiment(std::string_view text, const std::string& file) {
  const TomlNode root = parse_toml(text, file);
  Keys keys(root, file);
  Experiment experiment;
  experiment.file = file;
  keys("name", experiment.name);
  keys("summary", experiment.summary);
  keys("protocol", experiment.protocol, one_of({"episodes", "epochs", "tune", "distill"}));
  experiment.seeds = read_seeds(keys, root);
  const TomlNode* settings = keys.find("setting", TomlNode::Kind::tables);
  ConfigLines lines;
  experiment.config = sections_in(root, keys.known(), file, lines);
  keys.require("name");
  keys.require("setting");
  checked_config(experiment.config, file, lines);
  for (const TomlNode& table : settings->items) {
    experiment.settings.push_back(read_setting(table, experiment.config, file, lines));
  }
  check_names(experiment, *settings, file);
  return experiment;
}

Experiment read_experiment(const std::filesystem::path& file) {
  return parse_experiment(read_file(file, 16 << 20), file.string());
}

}  // namespace inkling
