// The document of a distillation as tables for people.
#include <algorithm>

#include "inkling/base/strings.h"
#include "report.h"
#include "table.h"

namespace inkling::cli {
namespace {

using nlohmann::json;

std::string percent(const json& metrics, const char* name) {
  const json& value = metrics.at(name);
  return cat(fixed(value.at("value").get<double>(), 1), " ± ",
             fixed(value.at("ci95").get<double>(), 1));
}

void print_teacher(const json& teacher, Output& out) {
  for (const json& member : teacher.at("members")) {
    out << "teacher " << member.at("kind").get<std::string>();
    if (member.contains("penalty"))
      out << ", penalty " << shortest(member["penalty"].get<double>());
    if (member.contains("accuracy")) {
      out << ", " << fixed(member["accuracy"].get<double>(), 1) << "% out of fold";
    }
    out << "\n";
  }
}

void print_targets(const json& targets, Output& out) {
  out << targets.at("file").get<std::string>() << ": " << targets.at("texts").dump() << " texts";
  if (targets.at("left_out") != json(0)) out << ", " << targets["left_out"].dump() << " left out";
  out << "\n";
}

void print_student(const json& student, Output& out) {
  out << "student: " << student.at("texts").dump() << " texts, " << student.at("labelled").dump()
      << " with a label, " << student.at("corrected").dump() << " corrected, "
      << student.at("left_out").dump() << " left out";
  if (student.contains("unlabelled")) {
    out << "; " << student["unlabelled"].dump() << " read without a label";
  }
  out << "\n";
}

void print_rounds(const json& rounds, Output& out) {
  for (const json& round : rounds) {
    const json& student = round.at("student");
    out << "round " << round.at("round").dump() << ": " << student.at("texts").dump() << " texts, "
        << student.at("left_out").dump() << " left out";
    if (student.contains("temperature")) {
      out << ", calibrated at temperature " << fixed(student.at("temperature").get<double>(), 2);
    }
    out << "\n";
  }
}

/// Teacher, students by their rounds, the student on the labels alone.
std::vector<std::string> names_of(const json& models) {
  std::vector<std::string> names = {"teacher", "student"};
  for (int round = 2; models.contains(cat("round-", round)); ++round) {
    names.push_back(cat("round-", round));
  }
  names.emplace_back("labels-alone");
  return names;
}

void print_models(const json& models, Output& out) {
  Table table({"", ">accuracy", ">balanced accuracy", ">macro f1", ">ece", ">MB", ">ms a text"});
  constexpr double kMega = 1e6;
  for (const std::string& name : names_of(models)) {
    const json& model = models.at(name);
    const json& metrics = model.at("metrics");
    table.row({name, percent(metrics, "accuracy"), percent(metrics, "balanced_accuracy"),
               percent(metrics, "macro_f1"), fixed(model.at("ece").get<double>(), 1),
               fixed(model.at("bytes").get<double>() / kMega, 2),
               fixed(model.at("milliseconds").get<double>(), 3)});
  }
  table.print(out);
  const json& student = models.at("student");
  out << "The student answers as the teacher to " << fixed(student.at("agreement").get<double>(), 1)
      << "% of the texts, is " << fixed(student.at("smaller").get<double>(), 1)
      << " times as small and " << fixed(student.at("faster").get<double>(), 1)
      << " times as fast.\n";
}

}  // namespace

void print_distillation(const json& result, Output& out) {
  if (result.contains("teacher")) print_teacher(result["teacher"], out);
  if (result.contains("targets")) print_targets(result["targets"], out);
  if (result.contains("student")) print_student(result["student"], out);
  if (result.contains("rounds")) print_rounds(result["rounds"], out);
  if (result.contains("models")) print_models(result["models"], out);
}

}  // namespace inkling::cli
