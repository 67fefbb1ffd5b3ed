// The one file that includes toml++, which compiles slowly.
#include "inkling/config/toml.h"

#include <toml++/toml.h>

#include <algorithm>

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

/// TOML 1.0 has characters outside ASCII in strings and comments alone; toml++ 3.3 runs into
/// undefined behaviour at some of them elsewhere, so they are refused before it looks.
/// @throws Error usage with the line
void check_plain_characters(std::string_view text, const std::string& file) {
  std::size_t at = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  std::int64_t line = 1;
  while (at < text.size()) {
    const char c = text[at];
    if (static_cast<unsigned char>(c) >= 0x80) {
      throw Error(ErrorKind::usage, "a character outside ASCII stands outside quotes",
                  {.file = file, .line = line}, "put the text in quotes");
    }
    std::size_t end = at + 1;
    if (c == '#') {
      end = std::min(text.find('\n', at), text.size());
    } else if (c == '"' || c == '\'') {
      const std::string quotes(3, c);
      const bool several_lines = text.substr(at, 3) == quotes;
      const std::string_view close = std::string_view(quotes).substr(0, several_lines ? 3 : 1);
      for (end = at + close.size(); end < text.size(); ++end) {
        if (text[end] == '\n' && !several_lines) break;
        if (text[end] == '\\' && c == '"') {
          ++end;
        } else if (text.substr(end, close.size()) == close) {
          end += close.size();
          break;
        }
      }
      end = std::min(end, text.size());
    }
    line += std::count(text.begin() + static_cast<std::ptrdiff_t>(at),
                       text.begin() + static_cast<std::ptrdiff_t>(end), '\n');
    at = end;
  }
}

TomlNode table_node(const toml::table& table, const std::string& file);

TomlNode array_node(const toml::array& array, const std::string& file, const std::string& name) {
  TomlNode result{
      .kind = TomlNode::Kind::value, .text = {}, .is_list = true, .line = line_of(array)};
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
    check_plain_characters(text, file);
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
