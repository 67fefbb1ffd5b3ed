#include "inkling/tasks/role_decoding.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "inkling/base/error.h"
#include "inkling/base/strings.h"
#include "inkling/metrics/metrics.h"
#include "inkling/metrics/role_scores.h"
#include "inkling/tasks/tagged_records.h"

namespace inkling {
namespace {

constexpr double kLeast = 1e-5;
constexpr double kNever = -1e30;  // a logarithm
constexpr std::size_t kMostRoles = 64;

using Roles = std::uint64_t;

/// What beginning a span of a class asks of the roles before it, and adds to them.
struct Rule {
  Roles needs = 0;    ///< must be there
  Roles forbids = 0;  ///< must not be there
  Roles adds = 0;
  bool refers = false;
};

struct Rules {
  std::vector<Rule> of_class;
  /// Bits that say a reference is there, each with the bit of what it must refer to.
  std::vector<std::pair<Roles, Roles>> references;

  explicit Rules(std::span<const std::string> names) : of_class(names.size()) {
    std::map<std::string, Roles> bits;
    const auto bit = [&](const std::string& role) {
      const auto [found, made] = bits.emplace(role, Roles{1} << (bits.size() % kMostRoles));
      if (bits.size() > kMostRoles) {
        throw Error(ErrorKind::data,
                    cat("the rules of roles bind more than ", kMostRoles, " roles"),
                    {"", 0, "decode"}, "use --decode greedy");
      }
      return found->second;
    };
    for (std::size_t c = 0; c < names.size(); ++c) {
      const std::string& name = names[c];
      Rule& rule = of_class[c];
      if (is_core_role(name)) rule.forbids = rule.adds = bit(name);
      if (name.starts_with("C-")) rule.needs = bit(name.substr(2));
      if (!name.starts_with("R-")) continue;
      rule.refers = true;
      rule.adds = bit(name);
      references.emplace_back(rule.adds, bit(name.substr(2)));
    }
    // A role that another goes on with or refers to says that it is there.
    for (std::size_t c = 0; c < names.size(); ++c) {
      const auto found = bits.find(names[c]);
      if (found != bits.end()) of_class[c].adds |= found->second;
    }
  }

  bool allow_end(Roles roles) const {
    return std::ranges::all_of(references, [&](const auto& one) {
      return (roles & one.first) == 0 || (roles & one.second) != 0;
    });
  }
};

/// A path up to a word, which is the end of the one that it came from.
struct State {
  double score = 0;
  std::int32_t of_class = 0;
  Roles roles = 0;
  std::int32_t from = -1;  ///< of the states at the word before
};

struct Sentence {
  std::vector<std::vector<double>> logarithms;  ///< of each word and class
  std::vector<bool> predicate;
};

/// Leaves of states with one class and one set of roles the best, and of all the `beam` best.
void prune(std::vector<State>& states, std::size_t beam) {
  const auto place = [](const State& one) { return std::tuple(one.of_class, one.roles); };
  std::ranges::sort(states, [&](const State& a, const State& b) {
    return std::tuple(place(a), -a.score, a.from) < std::tuple(place(b), -b.score, b.from);
  });
  const auto again = std::ranges::unique(states, {}, place);
  states.erase(again.begin(), again.end());
  std::ranges::stable_sort(states, std::greater<>(), &State::score);
  if (states.size() > beam) states.resize(beam);
}

/// @param refers  whether references are tried
/// @return        empty where every path that is left refers to what is not there
std::vector<std::int32_t> best_path(const Sentence& sentence, const Rules& rules,
                                    std::int32_t outside, std::size_t beam, bool refers) {
  std::vector<std::vector<State>> all;
  std::vector<State> before = {{0, outside, 0, -1}};
  for (std::size_t word = 0; word < sentence.logarithms.size(); ++word) {
    const std::vector<double>& likely = sentence.logarithms[word];
    std::vector<State> next;
    for (std::size_t i = 0; i < before.size(); ++i) {
      const State& from = before[i];
      for (std::size_t c = 0; c < likely.size(); ++c) {
        const auto of_class = static_cast<std::int32_t>(c);
        Roles roles = from.roles;
        if (of_class != outside) {
          if (sentence.predicate[word] || likely[c] < std::log(kLeast)) continue;
          const Rule& rule = rules.of_class[c];
          if (rule.refers && !refers) continue;
          if (of_class != from.of_class) {
            if ((roles & rule.needs) != rule.needs || (roles & rule.forbids) != 0) continue;
            roles |= rule.adds;
          }
        }
        next.push_back({from.score + likely[c], of_class, roles, static_cast<std::int32_t>(i)});
      }
    }
    prune(next, beam);
    all.push_back(next);
    before = std::move(next);
  }
  const auto end =
      std::ranges::find_if(before, [&](const State& one) { return rules.allow_end(one.roles); });
  if (end == before.end()) return {};
  std::vector<std::int32_t> path(all.size());
  auto at = static_cast<std::size_t>(end - before.begin());
  for (std::size_t word = all.size(); word-- > 0;) {
    path[word] = all[word][at].of_class;
    at = static_cast<std::size_t>(all[word][at].from);
  }
  return path;
}

}  // namespace

std::vector<std::int32_t> decoded_roles(std::span<const double> scores,
                                        std::span<const std::string> names,
                                        std::span<const std::int64_t> offsets,
                                        std::span<const std::uint8_t> marks, std::int32_t outside,
                                        std::size_t beam) {
  const Rules rules(names);
  std::vector<std::int32_t> tags;
  for (std::size_t i = 0; i + 1 < offsets.size(); ++i) {
    Sentence sentence;
    for (std::int64_t word = offsets[i]; word < offsets[i + 1]; ++word) {
      const auto at = static_cast<std::size_t>(word);
      std::vector<double> likely =
          probabilities(scores.subspan(at * names.size(), names.size()), 1);
      // Of a model that went off: no number is no probability.
      for (double& one : likely) one = std::isnan(one) ? kNever : std::log(one);
      sentence.logarithms.push_back(std::move(likely));
      sentence.predicate.push_back(!marks.empty() && marks[at] == kPredicate);
    }
    std::vector<std::int32_t> path = best_path(sentence, rules, outside, beam, true);
    if (path.size() != sentence.logarithms.size()) {
      path = best_path(sentence, rules, outside, beam, false);
    }
    tags.insert(tags.end(), path.begin(), path.end());
  }
  return tags;
}

}  // namespace inkling
