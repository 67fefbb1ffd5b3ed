// What a format can hold of an example, and the errors of what it cannot.
#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "inkling/base/error.h"
#include "inkling/formats/format.h"

namespace inkling {

/// An example that is being written: its number from 1, and the format, for messages.
struct Held {
  const Example& example;
  std::int64_t number;
  std::string_view format;

  /// The error "example 7: FORMAT cannot hold WHAT", with its origin.
  Error cannot_hold(const std::string& what, std::string field, std::string hint = {}) const;

  /// @throws cannot_hold, where the example has more than text, label, attributes and metadata
  void require_plain() const;
  /// require_plain, but for the members that are named: "tokens", "spans", ...
  void require_only(std::initializer_list<std::string_view> members) const;
  /// @throws cannot_hold, where the example contradicts itself (data/structure.h)
  void require_sound() const;
  /// require_sound, and that tokens are in order, each of one whole character or more
  void require_ranges() const;
  /// require_ranges, and that there are tokens
  void require_words() const;
  /// @throws cannot_hold for spans that are not in the order of the text (comes_before)
  void require_ordered(const std::vector<Span>& spans, std::string field) const;
  /// @throws cannot_hold for an attribute (metadata) that is not among `names`
  void require_attributes(std::initializer_list<std::string_view> names) const;
  void require_metadata(std::initializer_list<std::string_view> names) const;
  /// @throws cannot_hold, where `text` cannot stand on one line: it holds \n or one of `marks`, or
  /// ends with \r
  void require_one_line(std::string_view text, std::string_view marks, std::string field) const;
};

/// Calls body(Held) for each example in order.
void for_each_held(const Dataset& dataset, std::string_view format,
                   const std::function<void(const Held&)>& body);

/// @throws Error data, naming the example, for a dataset without examples and for any text in it
/// that is not UTF-8 or
///         holds a NUL character: no format can hold it
void require_holdable(const Dataset& dataset, std::string_view format);

/// Bytes collected by file: a file appears at its first use.
class FileSet {
 public:
  std::string& operator[](const std::string& path);
  std::vector<OutputFile> take();

 private:
  std::map<std::string, std::string> files_;
};

/// Where an example goes whose attributes stand in its file's name: what `named` says, or the one
/// file "" where the first example of `dataset` has no attributes, and so none may.
/// @throws cannot_hold
std::string file_by_attributes(const Dataset& dataset, const Held& held,
                               const std::function<std::string(const Held&)>& named);

/// The value of `name`, or "" where there is none.
std::string_view value_of(const std::map<std::string, std::string>& values,
                          const std::string& name);

/// True for a name that is safe as one part of a path.
bool is_file_name(std::string_view name);

}  // namespace inkling
