// The bytes of a file as text that a format can read, and text as the bytes of a file.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace inkling {

/// `bytes` unpacked where they are a gzip, without a byte-order mark.
/// @param file   its name for messages
/// @throws Error data, when it is a damaged gzip, a tar, not UTF-8, or holds a NUL byte: with the
/// line
std::string text_of(std::string bytes, const std::string& file);

/// text_of a file; "-" is standard input.
/// @throws Error io, data
std::string load_text(const std::filesystem::path& path);

/// The bytes whose text_of is `text`: a mark goes before a text that starts with one.
std::string bytes_of(std::string text);

/// True for UTF-8 without NUL characters.
bool is_text(std::string_view bytes);

/// How a file is called in messages: its path, or "standard input".
std::string name_of(const std::filesystem::path& path);

/// The last part of the path without ".gz".
std::string plain_name(const std::filesystem::path& path);

/// The files of `folder` that are wanted, ordered by plain name. Hidden ones are left out.
/// @throws std::filesystem::filesystem_error
std::vector<std::filesystem::path> files_in(
    const std::filesystem::path& folder,
    const std::function<bool(const std::filesystem::path&)>& wanted);

/// True for a folder with a file of such a plain name.
bool holds_file(const std::filesystem::path& folder,
                const std::function<bool(const std::string&)>& is_named);

}  // namespace inkling
