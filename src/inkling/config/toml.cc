// The one file that includes toml++, which compiles slowly.
#include "inkling/config/toml.h"

#include <toml++/toml.h>

#include "inkling/base/error.h"
#include "inkling/base/file.h"
#include "inkling/base/strings.h"
#include "inkling/config/fields.h"

namespace inkling {
namespace {

std::int64_t line_of(const toml::node& node) {
  return static_cast<std::int64_t>(node.source().begin.line);
}

/// A single value as text that set_field reads.
std::string scalar_text(const toml::node& node, const std::string& file, const std::string& name) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return std::to_string(number->get());
  if (const auto* number = node.as_floating_point()) return shortest(number->get());
  if (const auto* truth = node.as_boolean()) return truth->get() ? "true" : "false";
  throw Error(ErrorKind::usage, "is neither text, a number, true nor false",
              {.file = file, .line = line_of(node), .field = name});
}

TomlNode table_node(const toml::table& table, const std::string& file);

TomlNode array_node(const toml::array& array, const std::string& file, const std::string& name) {
  TomlNode result{.kind = TomlNode::Kind::value, .text = {}, .is_list = true, .line = line_of(array)};
  if (!array.empty() && array.is_homogeneous(toml::node_type::table)) {
    result.kind = TomlNode::Kind::tables;
    for (const toml::node& item : array) {
      result.items.push_back(table_node(*item.as_table(), file));
    }
    return result;
  }
  std::vector<std::string> items;
  for (const toml::node& item : array) {
    items.push_back(scalar_text(item, file, name));
    if (items.back().empty()) {
      throw Error(ErrorKind::usage, "an empty item in a list",
                  {.file = file, .line = line_of(item), .field = name});
    }
  }
  result.text = join_list(items);
  return result;
}

TomlNode table_node(const toml::table& table, const std::string& file) {
  TomlNode result{.kind = TomlNode::Kind::table, .text = {}, .line = line_of(table)};
  for (const auto& [key, node] : table) {
    const std::string name(key.str());
    TomlNode child;
    if (const auto* inner = node.as_table()) {
      child = table_node(*inner, file);
    } else if (const auto* array = node.as_array()) {
      child = array_node(*array, file, name);
    } else {
      child.kind = TomlNode::Kind::value;
      child.text = scalar_text(node, file, name);
      child.is_text = node.is_string();
    }
    child.line = static_cast<std::int64_t>(key.source().begin.line);
    result.children.emplace(name, std::move(child));
  }
  return result;
}

}  // namespace

TomlNode parse_toml(std::string_view text, const std::string& file) {
  try {
    return table_node(toml::parse(text), file);
  } catch (const toml::parse_error& error) {
    throw Error(ErrorKind::usage, cat("is not TOML: ", error.description()),
                {.file = file, .line = static_cast<std::int64_t>(error.source().begin.line)});
  }
}

TomlNode read_toml(const std::string& file) {
  constexpr std::uint64_t kLargest = 16 << 20;
  return parse_toml(read_file(file, kLargest), file);
}

}  // namespace inkling
