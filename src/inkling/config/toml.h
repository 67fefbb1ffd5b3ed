// A TOML document as plain values with their lines: what the readers of configurations walk over.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace inkling {

struct TomlNode {
  enum class Kind {
    value,   ///< a string, number or truth value; or a list of them, as text that set_field reads
    table,   ///< children
    tables,  ///< items, each a table: [[name]]
  };

  Kind kind = Kind::table;
  std::string text;
  bool is_list = false;   ///< of a value
  bool is_text = false;   ///< of a value: it was a string
  std::int64_t line = 0;  ///< where it stands, from 1
  std::map<std::string, TomlNode> children = {};
  std::vector<TomlNode> items = {};
};

/// @param file  for messages
/// @throws Error usage with file and line: not TOML, a date, a list of lists
TomlNode parse_toml(std::string_view text, const std::string& file);

/// @throws Error io too
TomlNode read_toml(const std::string& file);

}  // namespace inkling
