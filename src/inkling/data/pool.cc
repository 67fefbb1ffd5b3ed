#include "inkling/data/pool.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "inkling/base/error.h"
#include "inkling/base/file.h"
#include "inkling/base/strings.h"
#include "inkling/data/relation_examples.h"

namespace inkling {
namespace {

constexpr std::int64_t kLongestRange = 1000000;

Where where_of(const Origin& origin, std::string field = {}) {
  return {origin.file, origin.line, std::move(field)};
}

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  // One spelling a number, so that "007-9" is a name.
  if (failure != std::errc() || end != text.data() + text.size() || std::to_string(value) != text)
    return std::nullopt;
  return value;
}

/// Adds the integers of "FIRST-LAST"; false where `item` is no range.
bool add_range(std::string_view item, const Origin& origin, std::vector<Value>& values) {
  const std::size_t dash = item.find('-', 1);
  if (dash == std::string_view::npos) return false;
  const auto first = whole_number(item.substr(0, dash));
  const auto last = whole_number(item.substr(dash + 1));
  if (!first || !last || *first < 0) return false;
  if (*last < *first)
    throw Error(ErrorKind::usage, cat("the range ", item, " runs backwards"), where_of(origin));
  if (*last - *first >= kLongestRange)
    throw Error(ErrorKind::usage, cat("the range ", item, " is longer than a million"),
                where_of(origin));
  if (static_cast<std::int64_t>(values.size()) + *last - *first >= kLongestRange)
    throw Error(ErrorKind::usage, "the list is longer than a million names", where_of(origin));
  for (std::int64_t number = *first; number <= *last; ++number)
    values.push_back({std::to_string(number), origin});
  return true;
}

void add_item(std::string_view item, const Origin& origin, std::vector<Value>& values) {
  if (!add_range(item, origin, values)) values.push_back({std::string(item), origin});
}

void add_file(const std::string& file, std::vector<Value>& values) {
  const std::string content = read_file(file);
  std::string_view text = content;
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  Origin origin{file, 0};
  for (const std::string_view line : split(text, '\n')) {
    ++origin.line;
    if (!trim(line).empty()) add_item(trim(line), origin, values);
  }
}

/// The names in use in order, and the id of each.
class Names {
 public:
  explicit Names(std::vector<std::string> names) : names_(std::move(names)) {
    order_names(names_);
    for (std::size_t i = 0; i < names_.size(); ++i) ids_[names_[i]] = static_cast<std::int32_t>(i);
  }

  std::int32_t id(const std::string& name) const { return ids_.at(name); }
  std::vector<std::string> take() { return std::move(names_); }

 private:
  std::vector<std::string> names_;
  std::map<std::string, std::int32_t> ids_;
};

const std::string& label_of(const Example& example) {
  if (!example.label)
    throw Error(ErrorKind::data, "the example has no label", where_of(example.origin, "label"),
                "tasks are made of labelled examples");
  return *example.label;
}

std::vector<std::string> names_of(const std::unordered_set<std::string_view>& found) {
  return {found.begin(), found.end()};
}

/// The names that `rule` is about: groups or labels.
const std::string& value_of(const Example& example, const PoolRule& rule) {
  return rule.by == TasksBy::group ? group_of(example, rule.group) : label_of(example);
}

void check_known(const PoolRule& rule, const std::unordered_set<std::string_view>& known,
                 const std::string& dataset_name) {
  for (const Value& value : rule.only) {
    if (known.contains(value.name)) continue;
    std::vector<std::string> names = names_of(known);
    order_names(names);
    throw Error(ErrorKind::usage,
                cat("the data has no ", rule.by == TasksBy::group ? rule.group : "label", " '",
                    value.name, "'"),
                value.origin.file.empty() ? Where{.file = dataset_name} : where_of(value.origin),
                known_names_hint(value.name, names));
  }
}

/// The examples that count, as places in the data set.
std::vector<std::size_t> places_of(const Dataset& dataset, const PoolRule& rule) {
  std::unordered_set<std::string_view> known;
  for (const Example& example : dataset.examples) known.insert(value_of(example, rule));
  check_known(rule, known, dataset.name);
  std::unordered_set<std::string_view> only;
  std::unordered_set<std::string_view> except;
  for (const Value& value : rule.only) only.insert(value.name);
  for (const Value& value : rule.except) except.insert(value.name);
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < dataset.examples.size(); ++i) {
    const std::string& value = value_of(dataset.examples[i], rule);
    if ((only.empty() || only.contains(value)) && !except.contains(value)) places.push_back(i);
  }
  return places;
}

}  // namespace

std::vector<Value> expand_values(std::span<const std::string> items) {
  std::vector<Value> values;
  for (const std::string& item : items) {
    if (item.empty() || item == "@")
      throw Error(ErrorKind::usage, "an empty name in a list of labels or groups", {},
                  "give names, ranges such as 0-19, or @FILE with one a line");
    if (item[0] == '@') {
      add_file(item.substr(1), values);
    } else {
      add_item(item, {}, values);
    }
  }
  std::unordered_set<std::string_view> seen;
  for (const Value& value : values) {
    if (!seen.insert(value.name).second)
      throw Error(ErrorKind::usage, cat("'", value.name, "' is in the list twice"),
                  where_of(value.origin));
  }
  return values;
}

TasksBy tasks_by_named(std::string_view name) {
  static const std::vector<std::string> kNames = {"label", "group", "single"};
  if (name == kNames[0]) return TasksBy::label;
  if (name == kNames[1]) return TasksBy::group;
  if (name == kNames[2]) return TasksBy::single;
  throw Error(ErrorKind::usage, cat("no tasks by '", name, "'"), {},
              known_names_hint(name, kNames));
}

Pool make_pool(const Dataset& dataset, const PoolRule& rule) {
  const std::vector<std::size_t> places = places_of(dataset, rule);
  const bool by_group = rule.by == TasksBy::group;
  std::unordered_set<std::string_view> label_names;
  std::unordered_set<std::string_view> group_names;
  for (const std::size_t place : places) {
    const Example& example = dataset.examples[place];
    label_names.insert(label_of(example));
    if (by_group) group_names.insert(group_of(example, rule.group));
  }
  Names labels(names_of(label_names));
  Names groups(names_of(group_names));
  std::unordered_map<std::string_view, std::uint64_t> texts;
  Pool pool;
  pool.examples.reserve(places.size());
  for (const std::size_t place : places) {
    const Example& example = dataset.examples[place];
    pool.examples.push_back({
        .index = static_cast<std::int64_t>(place),
        .label = labels.id(*example.label),
        .group = by_group ? groups.id(group_of(example, rule.group)) : 0,
        .text = texts.emplace(whole_sentence(example), texts.size()).first->second,
    });
  }
  pool.labels = labels.take();
  pool.groups = groups.take();
  return pool;
}

EpisodeSampler Pool::sampler(TasksBy by, EpisodeShape shape) const {
  return {examples, by, shape, labels, groups};
}

}  // namespace inkling
