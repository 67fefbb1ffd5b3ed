#include "inkling/train/trained_model.h"

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/train/model_folder.h"

namespace inkling {
namespace {

using nlohmann::ordered_json;

std::string model_card(const TrainedModel& model, const ordered_json& facts) {
  const RunConfig& config = model.learner->config();
  std::string card =
      cat("# ", config.method.name, " / ", config.encoder.name, " / ", config.task.name,
          "\n\nA model that inkling meta-trained: it learns a new task from a "
          "few labelled examples (`inkling adapt --model DIR`).\n\n");
  card += cat("- Trained on: ",
              config.data.train.empty() ? "generated tasks" : join(config.data.train, ", "),
              "; tasks by ", config.data.tasks_by, "\n");
  if (!config.data.test_values.empty()) {
    card += cat("- Held out for test: ", join(config.data.test_values, ", "), "\n");
  }
  if (!model.learner->labels().empty()) {
    card += cat("- Labels seen: ", join(model.learner->labels(), ", "), "\n");
  }
  for (const auto& [name, value] : facts.items()) {
    card +=
        cat("- ", name, ": ", value.is_string() ? value.get<std::string>() : value.dump(), "\n");
  }
  card += cat("- Temperature (calibration): ", fixed(model.temperature, 3),
              "\n- Seed: ", config.train.seed,
              "\n\nEvery option stands in `config.json`. Answers can be wrong: measure with "
              "`inkling eval` on your "
              "own examples before relying on them.\n");
  return card;
}

const ordered_json& member(const ordered_json& config, const char* name,
                           const std::filesystem::path& folder) {
  if (!config.contains(name)) {
    throw Error(ErrorKind::data, cat("the model's config.json lacks '", name, "'"),
                {folder.string(), 0, name}, "restore the model directory");
  }
  return config[name];
}

}  // namespace

void save_model(const TrainedModel& model, const std::filesystem::path& folder,
                const ordered_json& facts) {
  ModelVersion version;
  version.config["options"] = config_values(model.learner->config());
  version.config["labels"] = model.learner->labels();
  version.config["temperature"] = model.temperature;
  version.config["facts"] = facts;
  version.params = model.meta;
  if (model.learner->task().reads_text()) {
    version.files["vocab.txt"] = model.learner->vocabulary().to_text();
  }
  version.files["README.md"] = model_card(model, facts);
  publish_version(folder, "model", version);
}

ConfigValues config_in(const ordered_json& config, const std::filesystem::path& folder) {
  try {
    return member(config, "options", folder).get<ConfigValues>();
  } catch (const nlohmann::json::exception&) {
    throw Error(ErrorKind::data, "the model's options are malformed",
                {folder.string(), 0, "options"});
  }
}

std::unique_ptr<const Learner> learner_in(const ordered_json& config,
                                          const std::map<std::string, std::string>& files,
                                          const Params& params,
                                          const std::filesystem::path& folder) {
  std::vector<std::string> labels;
  try {
    labels = member(config, "labels", folder).get<std::vector<std::string>>();
  } catch (const nlohmann::json::exception&) {
    throw Error(ErrorKind::data, "the model's labels are malformed",
                {folder.string(), 0, "labels"});
  }
  std::optional<Vocabulary> vocabulary;
  const auto words = files.find("vocab.txt");
  if (words != files.end()) {
    vocabulary = Vocabulary::from_text(words->second, (folder / "vocab.txt").string());
  }
  ConfigValues values = config_in(config, folder);
  const Tensor* table = params.find("encoder.embedding");
  if (table != nullptr && !values["encoder"]["vectors"].empty()) {
    // The model holds its vectors: the file that they came from need not be there.
    values["encoder"]["vectors"] = "";
    const auto& encoder = values["encoder"];
    const auto learned = encoder.find("learned-dimensions");
    values["encoder"]["dimensions"] = std::to_string(
        table->size(-1) - (learned == encoder.end() ? 0 : std::stoll(learned->second)));
  }
  return std::make_unique<const Learner>(config_from_values(values), std::move(vocabulary),
                                         std::move(labels));
}

std::shared_ptr<const TrainedModel> load_trained(const std::filesystem::path& folder) {
  const ModelVersion version = current_version(folder, "model");
  auto model = std::make_shared<TrainedModel>();
  model->learner = learner_in(version.config, version.files, version.params, folder);
  model->temperature = version.config.value("temperature", 1.0);
  model->folder = folder;
  model->hash = model_hash(folder);
  // In the order and of the shapes that the learner has.
  model->meta = model->learner->init(Key{}).map([&](const std::string& name, const Tensor& like) {
    const Tensor* found = version.params.find(name);
    if (found == nullptr || found->sizes() != like.sizes()) {
      throw Error(ErrorKind::data, "the parameters do not fit the configuration",
                  {folder.string(), 0, name}, "restore the model directory");
    }
    return found->to(like.device(), like.scalar_type());
  });
  return model;
}

}  // namespace inkling
