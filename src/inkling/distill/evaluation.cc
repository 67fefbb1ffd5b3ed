#include "inkling/distill/evaluation.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "inkling/base/error.h"
#include "inkling/base/file.h"
#include "inkling/base/strings.h"
#include "inkling/distill/labelled_data.h"
#include "inkling/distill/teaching.h"
#include "inkling/metrics/metrics.h"

namespace inkling::distill {
namespace {

using nlohmann::json;

/// Of the version that is current.
std::uintmax_t bytes_of(const std::filesystem::path& model) {
  const std::string version(trim(read_file(model / "current", 4096)));
  return std::filesystem::file_size(model / "versions" / version / "model.safetensors");
}

/// Of a text, on one thread, the best of three.
double milliseconds_of(const Teacher& teacher, const std::vector<std::string>& texts) {
  constexpr std::size_t kTimed = 1024;
  const std::vector<std::string> some(
      texts.begin(), texts.begin() + static_cast<std::ptrdiff_t>(std::min(kTimed, texts.size())));
  Workers one(1);
  double best = 0;
  for (int i = 0; i < 3; ++i) {
    const auto start = std::chrono::steady_clock::now();
    teacher.shares(some, one);
    const std::chrono::duration<double, std::milli> spent =
        std::chrono::steady_clock::now() - start;
    const double each = spent.count() / static_cast<double>(some.size());
    if (i == 0 || each < best) best = each;
  }
  return best;
}

/// @throws Error data, where a text that the student has seen is tested
void check_apart(const Folder& folder, const std::unordered_set<std::string>& test) {
  const MappedFile bytes(folder.targets());
  TargetsReader reader({folder.targets(), bytes.bytes()}, {});
  Target target;
  while (reader.next(target)) {
    if (target.label || !test.contains(target.text)) continue;
    throw Error(ErrorKind::data, "this text stands in the test data", reader.where("text"),
                "what a student has seen is no test: begin again with --test, --overlap "
                "leave-out and --replace");
  }
}

class Evaluation {
 public:
  explicit Evaluation(TextSplit test) : test_(std::move(test)) {}

  json of(const Teacher& model, const std::vector<std::filesystem::path>& folders,
          Workers& workers) {
    constexpr double kLeast = 1e-300;
    const Shares shares = model.shares(test_.texts, workers);
    Answers answers;
    answers.classes = static_cast<std::int32_t>(test_.labels.size());
    for (const double share : shares) answers.scores.push_back(std::log(std::max(share, kLeast)));
    for (const PoolExample& example : test_.pool) answers.truth.push_back(example.label);
    json report = classification_report(std::span(&answers, 1), test_.labels);
    std::uintmax_t bytes = 0;
    for (const auto& folder : folders) bytes += bytes_of(folder);
    report["bytes"] = bytes;
    report["milliseconds"] = milliseconds_of(model, test_.texts);
    answers_.push_back(std::move(answers));
    return report;
  }

  /// Percent of the texts to which the first two models answer alike.
  double agreement() const {
    std::int64_t alike = 0;
    for (std::int64_t i = 0; i < answers_[0].size(); ++i) {
      if (argmax(answers_[0].row(i)) == argmax(answers_[1].row(i))) ++alike;
    }
    return 100 * static_cast<double>(alike) / static_cast<double>(answers_[0].size());
  }

 private:
  TextSplit test_;
  std::vector<Answers> answers_;
};

}  // namespace

json evaluation(const Folder& folder, const RunConfig& config, Workers& workers) {
  const Teacher teacher = teacher_in(folder);
  TextSplit test = test_split(config, teacher.labels());
  check_apart(folder, {test.texts.begin(), test.texts.end()});
  Evaluation evaluation(std::move(test));
  json models;
  models["teacher"] = evaluation.of(teacher, members_in(folder), workers);
  std::vector<std::pair<std::string, std::filesystem::path>> trained = {
      {"student", folder.student()}, {"labels-alone", folder.alone()}};
  for (std::int64_t round = 2; round <= folder.rounds(); ++round) {
    trained.emplace_back(cat("round-", round), folder.student(round));
  }
  for (const auto& [name, path] : trained) {
    models[name] = evaluation.of(Teacher({path}, teacher.labels(), 1), {path}, workers);
  }
  json& student = models["student"];
  const auto times = [&](const char* what) {
    return models["teacher"][what].get<double>() / student[what].get<double>();
  };
  student["agreement"] = evaluation.agreement();
  student["smaller"] = times("bytes");
  student["faster"] = times("milliseconds");
  return models;
}

}  // namespace inkling::distill
