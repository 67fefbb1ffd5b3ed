// Archives that come as packages, fetched by the tools that know their registries.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace inkling {

/// Fetches the source distribution of NAME==VERSION by `python3 -m pip download` into `folder`.
/// Where a sum is known pip checks it too, before it looks inside.
/// @return the archive
/// @throws Error io, naming the tool and how to install it, or with the tool's last words;
/// Interrupted
std::filesystem::path fetch_pip(const std::string& package, const std::string& sha256,
                                const std::filesystem::path& folder);

/// Fetches NAME@VERSION by `npm pack` into `folder`.
/// @throws as fetch_pip
std::filesystem::path fetch_npm(const std::string& package, const std::filesystem::path& folder);

}  // namespace inkling
