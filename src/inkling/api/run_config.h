// Everything a training or evaluation needs, as options: the TOML file's sections, the flags, the
// checkpoint's config.json are all these structs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inkling/config/plugin.h"
#include "inkling/formats/format.h"
#include "inkling/text/text_options.h"

namespace inkling {

/// [data]: which examples, and how they become tasks.
struct DataOptions {
  std::vector<std::string> train;
  std::vector<std::string> validation;
  std::vector<std::string> test;
  std::string tasks_by = "group";
  std::string group = "domain";
  std::vector<std::string> train_values;
  std::vector<std::string> validation_values;
  std::vector<std::string> test_values;
  double holdout = 0.1;
  std::vector<std::string> rename_labels;
  std::vector<std::string> where;
  std::vector<std::string> test_where;
  std::vector<std::string> test_support;
  std::vector<std::string> test_support_where;
  std::string holdout_of = "auto";
  double flip_labels = 0;
  std::string flipped = "keep";
  std::vector<std::string> unlabelled;
  std::string unlabelled_tasks = "masked-words";
  std::int64_t unlabelled_classes = 500;
  std::int64_t unlabelled_texts = 100;

  template <class Visitor>
  void fields(Visitor& field) {
    field("train", train, "files, folders or NAME:SPLIT of the catalogue to meta-train on");
    field("validation", validation, "data for validation episodes; empty takes them from train");
    field("test", test, "data for the evaluation; empty takes it from train");
    field("tasks-by", tasks_by,
          "label: N classes a task; group: a group a task; single: one data set",
          one_of({"label", "group", "single"}));
    field("group", group, "attribute that names an example's group; A+B for its values of two");
    field("train-values", train_values,
          "labels or groups to meta-train on, or @FILE with one a line; empty: all others");
    field("validation-values", validation_values,
          "labels or groups of the validation tasks, or @FILE");
    field("test-values", test_values, "labels or groups of the test tasks, or @FILE");
    field("holdout", holdout,
          "share of the training data held out for validation where none is given",
          between(0, 0.9));
    field("rename-labels", rename_labels,
          "labels to read under another name, OLD=NEW, where data sets name the same thing apart");
    field("where", where,
          "keep training examples with this in a column: NAME=VALUE, or NAME=VALUE|VALUE");
    field("test-where", test_where, "the same of the test data");
    field("test-support", test_support,
          "data that test supports are drawn from; then all test data are the query, not episodes");
    field("test-support-where", test_support_where, "the same as where, of these supports");
    field("holdout-of", holdout_of,
          "what is held out: tasks: whole labels or groups, as tasks-by says; examples: texts of "
          "each; auto: tasks where they are enough",
          one_of({"auto", "tasks", "examples"}));
    field("flip-labels", flip_labels,
          "for experiments: share of the training examples whose label is made another one, "
          "drawn from the seed; validation and test data stay as they are",
          between(0, 1));
    field("flipped", flipped,
          "what becomes of these: keep them, or leave them out, which is training on the clean "
          "part alone",
          one_of({"keep", "leave-out"}));
    field(
        "unlabelled", unlabelled,
        "texts without labels to make tasks of, alone or beside train; tasks are by label then. Of "
        "fixmatch: the texts that it reads beside train");
    field("unlabelled-tasks", unlabelled_tasks,
          "what a class of theirs is: masked-words: sentences in which the same word was masked; "
          "clusters: texts with words alike",
          one_of({"masked-words", "clusters"}));
    field("unlabelled-classes", unlabelled_classes, "classes to make of them, at most",
          between(2, 1e6));
    field("unlabelled-texts", unlabelled_texts, "examples of each such class, at most",
          between(1, 1e6));
  }
};

/// [episodes]: the shape of a task.
struct EpisodeOptions {
  std::int64_t ways = 2;
  std::int64_t shots = 5;
  std::int64_t queries = 15;
  bool natural_queries = false;
  std::int64_t unlabelled_shots = 0;
  std::int64_t distractors = 0;

  template <class Visitor>
  void fields(Visitor& field) {
    field("ways", ways, "classes a task", between(2, 10000));
    field("shots", shots, "support examples a class", between(0, 100000));
    field("queries", queries, "query examples a class", between(1, 100000));
    field("natural-queries", natural_queries,
          "draw ways * queries query examples whatever their class: the data's own mix");
    field("unlabelled-shots", unlabelled_shots,
          "further support examples a class that come without their label, for methods that take "
          "them",
          between(0, 100000));
    field("distractors", distractors,
          "further classes, not among the task's, that give unlabelled examples each; tasks by "
          "label only",
          between(0, 10000));
  }
};

/// [train]: the outer loop.
struct TrainOptions {
  std::string out;
  std::string start;
  bool resume = false;
  bool replace = false;
  std::int64_t seed = 0;
  std::int64_t threads = 0;
  std::int64_t steps = 1000;
  std::int64_t epochs = 0;
  std::int64_t batch = 32;
  std::int64_t meta_batch = 8;
  std::int64_t shard = 2;
  double learning_rate = 0.001;
  std::string schedule = "constant";
  double clip = 0;
  double weight_decay = 0;
  bool lazy_adam = false;
  std::string on_nan = "stop";
  std::int64_t validate_every = 100;
  std::int64_t validation_episodes = 100;
  std::int64_t patience = 0;
  std::int64_t checkpoint_every = 100;
  std::string device = "cpu";
  std::string dtype = "float32";

  template <class Visitor>
  void fields(Visitor& field) {
    field("out", out, "model directory to write");
    field("start", start,
          "model directory whose words and parameters training begins with, or a TOML file of the "
          "training that makes one");
    field("resume", resume, "go on from the last checkpoint in --out");
    field("replace", replace, "start anew where --out holds a model or a training already");
    field("seed", seed, "seed of every random choice", between(0, 9e15));
    field("threads", threads, "threads to use; 0: all processors. Results do not depend on it",
          between(0, 4096));
    field("steps", steps, "outer steps", between(0, 1e12));
    field("epochs", epochs,
          "passes over the data in place of steps, of a method without episodes; 0: as steps says",
          between(0, 1e9));
    field("batch", batch, "examples an outer step of a method without episodes", between(1, 1e9));
    field("meta-batch", meta_batch, "episodes an outer step", between(1, 1e6));
    field("shard", shard, "episodes computed together by one thread", between(1, 1e6));
    field("learning-rate", learning_rate, "outer learning rate of Adam", positive());
    field("schedule", schedule, "course of the outer learning rate",
          one_of({"constant", "linear", "cosine"}));
    field("clip", clip, "largest norm of the meta-gradient; 0: no limit", between(0, 1e12));
    field("weight-decay", weight_decay, "decoupled weight decay of the outer step",
          between(0, 1e6));
    field("lazy-adam", lazy_adam, "Adam's moments move in rows that have a gradient alone");
    field("on-nan", on_nan,
          "an episode whose loss or gradient is not finite: stop, or skip it and count it",
          one_of({"stop", "skip"}));
    field("validate-every", validate_every, "steps between validations; 0: never",
          between(0, 1e12));
    field("validation-episodes", validation_episodes, "episodes a validation", between(1, 1e9));
    field("patience", patience, "stop after so many validations without a better one; 0: never",
          between(0, 1e9));
    field("checkpoint-every", checkpoint_every, "steps between checkpoints", between(1, 1e12));
    field("device", device, "where tensors live: cpu, cuda or cuda:NUMBER");
    field("dtype", dtype, "precision of the numbers", one_of({"float32", "float64"}));
  }
};

/// What every result can stand beside.
inline const std::vector<std::string> kBaselines = {"majority", "centroid", "sif",
                                                    "ridge",    "scratch",  "joint"};

/// [eval]: how a model is judged.
struct EvalOptions {
  std::int64_t episodes = 600;
  std::vector<std::string> baselines = kBaselines;
  bool curve = true;
  double abstain = 0;
  std::int64_t test_ways = -1;
  std::int64_t test_shots = -1;
  std::int64_t draws = 10;

  template <class Visitor>
  void fields(Visitor& field) {
    field("episodes", episodes, "test episodes", between(1, 1e9));
    field("baselines", baselines,
          "baselines to put beside: majority, centroid, sif, ridge, scratch, joint, or none",
          one_of({"majority", "centroid", "sif", "ridge", "scratch", "joint", "none"}));
    field("curve", curve, "report the score after every adaptation step");
    field("abstain", abstain, "answer \"none\" below this probability; 0: always answer",
          between(0, 1));
    field("test-ways", test_ways,
          "classes a task of validation and test, of a method that takes any number; -1: as ways "
          "says",
          between(-1, 100000));
    field("test-shots", test_shots, "support examples a class; -1: as shots says",
          between(-1, 100000));
    field("draws", draws, "supports drawn from test-support, each scored on all test data",
          between(1, 100000));
  }
};

constexpr const char* kDefaultTask = "classification";
constexpr const char* kDefaultEncoder = "average";
constexpr const char* kDefaultMethod = "maml";

/// A plugin by name with its options.
struct PluginChoice {
  std::string name;
  PluginOptions options;
};

struct RunConfig {
  DataOptions data;
  FormatOptions format;
  EpisodeOptions episodes;
  TextOptions text;
  PluginChoice task;
  PluginChoice encoder;
  PluginChoice method;
  TrainOptions train;
  EvalOptions eval;
};

/// The sections in order: ("data", fields), ... ; a plugin's section holds "name" apart from its
/// fields.
struct ConfigSection {
  std::string
      name;  ///< "data", "format", "episodes", "text", "task", "encoder", "method", "train", "eval"
  std::string plugin;  ///< the chosen plugin's name, or ""
  std::vector<Field> fields;
};

/// A configuration at its defaults with these plugins.
/// @throws Error usage naming the nearest plugin
RunConfig make_config(const std::string& task, const std::string& encoder,
                      const std::string& method);

/// The members of `config`, which must outlive the result.
std::vector<ConfigSection> sections_of(RunConfig& config);

/// section -> field -> text; a plugin's name stands under "name".
using ConfigValues = std::map<std::string, std::map<std::string, std::string>>;

ConfigValues config_values(const RunConfig& config);
/// The plugin that `values` names in section "task", "encoder" or "method", or the default.
std::string plugin_name(const ConfigValues& values, const std::string& section);
/// What `values` leaves out is at its default. Where.field of an error is "section.field" or
/// "section".
/// @throws Error usage for an unknown section or field (naming the nearest) or a bad value
RunConfig config_from_values(const ConfigValues& values);

/// `over` on top of `base`. Where it names another plugin, the options of the old one in `base` are
/// dropped.
ConfigValues merged(ConfigValues base, const ConfigValues& over);

/// A configuration file: the sections that sections_of names, every key known. An experiment file
/// gives the configuration that its settings have in common.
/// @throws Error usage with file and line, naming the nearest known name
ConfigValues read_config(const std::string& file);
ConfigValues parse_config(std::string_view text, const std::string& file);

/// A bound that a result must or should keep.
struct Goal {
  std::string op;  ///< ">=", "<=", "beats" or "not worse"
  double value = 0;
  std::string versus;  ///< setting or baseline compared with, for the last two
  double margin = 0;
  bool beyond_interval = false;
};

/// One row of an experiment: its name and what differs from the experiment's configuration.
struct Setting {
  std::string name;    ///< "k=5", "5w1s", "all"
  std::string metric;  ///< "accuracy", "balanced accuracy", "mse", ...
  ConfigValues overrides;
  /// Names of settings that stand before it: it is the mean of theirs instead of a measurement.
  std::vector<std::string> mean_of;
  /// The same, and it is the worst of theirs, seed by seed.
  std::vector<std::string> worst_of;
  /// Two such names: it is the first one's value less the second's, seed by seed.
  std::vector<std::string> difference_of;
  std::optional<Goal> must;
  std::optional<Goal> aim;
  std::string known;  ///< what is known from elsewhere, in words
};

/// An experiment file.
struct Experiment {
  std::string name;
  std::string summary;
  std::string protocol =
      "episodes";  ///< "episodes"; "epochs": choose the epoch on a tenth, train on all; "tune":
                   ///< move hyperparameters, as [tune] says, and measure that, or train with them,
                   ///< the epoch chosen where there are epochs and something is held out; or
                   ///< "distill": a teacher, targets and a student, as [distill] says
  std::vector<std::int64_t> seeds;
  ConfigValues config;
  std::vector<Setting> settings;
  std::filesystem::path file;
};

/// @throws Error usage with the file and line, for an unknown key (naming the nearest) or a bad
/// value
Experiment read_experiment(const std::filesystem::path& file);
Experiment parse_experiment(std::string_view text, const std::string& file);

/// The configuration of one row: the experiment's with the row's overrides on top.
RunConfig config_of(const Experiment& experiment, const Setting& setting);

}  // namespace inkling
