#include "inkling/distill/teacher.h"

#include <algorithm>
#include <cmath>

#include "inkling/base/error.h"
#include "inkling/base/interrupt.h"
#include "inkling/base/sha256.h"
#include "inkling/base/strings.h"
#include "inkling/metrics/calibration.h"
#include "inkling/train/model_folder.h"
#include "inkling/train/predictor.h"

namespace inkling::distill {
namespace {

/// Texts that one thread answers together.
constexpr std::size_t kTogether = 256;

}  // namespace

std::shared_ptr<const PredictorState> predictor_in(const std::filesystem::path& folder) {
  if (kind_of(folder) == "adapted") return load_predictor_state(folder);
  return model_state(load_trained(folder))->adapt({});
}

std::string digest_in(const std::filesystem::path& folder) {
  return model_hash(folder);
}

Shares tempered(Shares shares, std::size_t labels, double temperature) {
  if (temperature == 1) return shares;
  constexpr double kLeast = 1e-300;
  for (std::size_t at = 0; at < shares.size(); at += labels) {
    const std::span row = std::span(shares).subspan(at, labels);
    for (double& share : row) share = std::log(std::max(share, kLeast));
    std::ranges::copy(probabilities(row, temperature), row.begin());
  }
  return shares;
}

Teacher::Teacher(const std::vector<std::filesystem::path>& members, std::vector<std::string> labels,
                 double temperature)
    : labels_(std::move(labels)), temperature_(temperature) {
  std::string all = shortest(temperature);
  for (const auto& folder : members) {
    Member member{predictor_in(folder), {}};
    const auto& names = member.predictor->labels();
    for (const std::string& name : names) {
      const auto found = std::ranges::find(labels_, name);
      if (found != labels_.end()) {
        member.place.push_back(static_cast<std::size_t>(found - labels_.begin()));
      }
    }
    if (member.place.size() != labels_.size() || names.size() != labels_.size()) {
      throw Error(ErrorKind::data,
                  cat("the teacher answers ", join(names, ", "), ", and the labels are ",
                      join(labels_, ", ")),
                  {folder.string(), 0, "teacher"},
                  "a teacher knows the labels of the student: give another, or --rename-labels");
    }
    all += digest_in(folder);
    members_.push_back(std::move(member));
  }
  digest_ = sha256_of(all);
}

Shares Teacher::shares(const std::vector<std::string>& texts, Workers& workers) const {
  const std::size_t labels = labels_.size();
  Shares shares(texts.size() * labels, 0);
  const std::size_t parts = (texts.size() + kTogether - 1) / kTogether;
  workers.run(static_cast<std::int64_t>(parts), [&](std::int64_t part) {
    check_interrupt();
    const std::size_t begin = static_cast<std::size_t>(part) * kTogether;
    const std::size_t end = std::min(texts.size(), begin + kTogether);
    const std::vector<std::string> some(texts.begin() + static_cast<std::ptrdiff_t>(begin),
                                        texts.begin() + static_cast<std::ptrdiff_t>(end));
    for (const Member& member : members_) {
      const std::vector<Prediction> answers = member.predictor->predict(some);
      for (std::size_t i = 0; i < answers.size(); ++i) {
        for (std::size_t c = 0; c < labels; ++c) {
          shares[(begin + i) * labels + member.place[c]] +=
              answers[i].scores[c].second / static_cast<double>(members_.size());
        }
      }
    }
  });
  return tempered(std::move(shares), labels, temperature_);
}

}  // namespace inkling::distill
